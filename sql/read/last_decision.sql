-- The last decision that changes what a briefing of a period says: about its findings, or about reported values.
SELECT MAX(d.decided_at) AS decided_at
FROM decision AS d
LEFT JOIN submission AS s ON d.obs_submission_id = s.id
WHERE
    (d.obs_submission_id = '' AND d.vintage = :period)
    OR (
        d.obs_submission_id <> ''
        AND (CAST(:vintage_to AS TEXT) IS NULL OR COALESCE(s.time_period, d.vintage) <= :vintage_to)
    )
