INSERT INTO withdrawal (submission_id, withdrawn_at)
VALUES (:submission_id, :withdrawn_at)
ON CONFLICT (submission_id, withdrawn_at) DO NOTHING
