SELECT
    id, sha256, source, ref_area, channel, locator, file_name, size, received_at, state, message, simulated
FROM receipt
WHERE
    (CAST(:source AS TEXT) IS NULL OR source = :source)
    AND (CAST(:sha256 AS TEXT) IS NULL OR sha256 = :sha256)
    AND (CAST(:state AS TEXT) IS NULL OR state = :state)
