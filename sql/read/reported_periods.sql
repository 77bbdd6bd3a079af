-- The periods that the reports of a reporting period speak of, in any of their versions.
SELECT DISTINCT o.time_period
FROM submission AS s
INNER JOIN observation AS o ON s.id = o.submission_id
WHERE s.time_period = :period
