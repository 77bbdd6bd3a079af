SELECT
    number,
    digest
FROM check_run
WHERE time_period = :period AND submission_id IS NULL
ORDER BY number DESC
LIMIT 1
