UPDATE submission
SET received_at = :received_at, file_name = :file_name
WHERE
    id = :id
    AND (received_at > :received_at OR (received_at = :received_at AND file_name > :file_name))
