-- The errors that were ever found in a file up to an instant, in reading or in checking, whatever became of them.
SELECT DISTINCT
    n.id,
    n.source,
    n.dataflow,
    n.sha256,
    r.time_period AS vintage
FROM check_run AS r
INNER JOIN finding AS n ON r.id = n.check_run_id
WHERE
    n.severity = 'error'
    AND n.sha256 <> ''
    AND r.time_period >= :first
    AND r.time_period <= :last
    AND (CAST(:as_of AS TEXT) IS NULL OR r.checked_at <= :as_of)
