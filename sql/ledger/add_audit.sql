INSERT INTO audit (recorded_at, who, verb, subject, reason, detail)
VALUES (:recorded_at, :who, :verb, :subject, :reason, :detail)
