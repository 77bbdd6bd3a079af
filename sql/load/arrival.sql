INSERT INTO arrival (submission_id, received_at)
VALUES (:id, :received_at)
ON CONFLICT (submission_id, received_at) DO NOTHING
