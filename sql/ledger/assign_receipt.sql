UPDATE receipt
SET source = :source, ref_area = :ref_area, simulated = :simulated
WHERE id = :id
