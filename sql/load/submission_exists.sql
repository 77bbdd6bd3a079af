SELECT id FROM submission
WHERE id = :id
