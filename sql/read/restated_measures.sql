-- The measures in which a report speaks of another period than its own: what may be told by several reports.
SELECT DISTINCT o.measure
FROM submission AS s
INNER JOIN observation AS o ON s.id = o.submission_id
WHERE o.time_period <> s.time_period
