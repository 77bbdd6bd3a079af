UPDATE receipt
SET state = :state, message = :message
WHERE id = :id
