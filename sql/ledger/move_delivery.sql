-- Only the letter as it was last seen: who comes second changes nothing.
UPDATE delivery
SET
    state = :state, attempts = :attempts, queued_at = :queued_at, tried_at = :tried_at, sent_at = :sent_at,
    message = :message
WHERE id = :id AND state = :seen_state AND attempts = :seen_attempts
