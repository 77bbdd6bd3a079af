SELECT
    number, recorded_at, who, verb, subject, reason, detail
FROM audit
WHERE
    (CAST(:subject AS TEXT) IS NULL OR subject = :subject)
    AND (CAST(:verb AS TEXT) IS NULL OR verb = :verb)
