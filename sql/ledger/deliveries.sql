SELECT
    id, event, kind, time_period, source, recipient, subject, body, message_id, state, attempts, queued_at, tried_at,
    sent_at, message, attachment
FROM delivery
WHERE
    (CAST(:state AS TEXT) IS NULL OR state = :state)
    AND (CAST(:kind AS TEXT) IS NULL OR kind = :kind)
