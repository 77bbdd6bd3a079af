UPDATE receipt
SET state = :new_state, message = :new_message
WHERE
    id = :id
    AND source = :source
    AND ref_area = :ref_area
    AND state IN ('received', 'failed')
