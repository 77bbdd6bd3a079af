SELECT COUNT(*) AS entries
FROM decision
WHERE finding_id = :finding_id
