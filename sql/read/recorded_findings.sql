-- The periods in whose checks, or in the reading of whose reports, a finding with such an id was ever recorded.
SELECT DISTINCT
    n.id,
    r.time_period
FROM finding AS n
INNER JOIN check_run AS r ON n.check_run_id = r.id
WHERE SUBSTR(n.id, 1, LENGTH(CAST(:prefix AS TEXT))) = :prefix
