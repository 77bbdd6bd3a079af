INSERT INTO check_run (id, time_period, submission_id, number, digest, checked_at)
VALUES (:id, :time_period, :submission_id, :number, :digest, :checked_at)
