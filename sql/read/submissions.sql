-- Submissions with their first and last arrival; one that was taken out after its last arrival is withdrawn.
WITH last_arrival AS (
    SELECT
        submission_id,
        MAX(received_at) AS received_at
    FROM arrival
    GROUP BY submission_id
),

last_withdrawal AS (
    SELECT
        submission_id,
        MAX(withdrawn_at) AS withdrawn_at
    FROM withdrawal
    GROUP BY submission_id
)

SELECT
    s.id AS submission_id,
    s.source,
    s.ref_area,
    s.time_period,
    s.sha256,
    s.file_name,
    s.received_at,
    a.received_at AS last_received_at,
    CASE WHEN w.withdrawn_at >= a.received_at THEN 'withdrawn' ELSE s.state END AS state,
    s.simulated
FROM submission AS s
INNER JOIN last_arrival AS a ON s.id = a.submission_id
LEFT JOIN last_withdrawal AS w ON s.id = w.submission_id
WHERE
    (CAST(:vintage_to AS TEXT) IS NULL OR s.time_period <= :vintage_to)
    AND (CAST(:period AS TEXT) IS NULL OR s.time_period = :period)
