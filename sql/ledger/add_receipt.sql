INSERT INTO receipt (
    id, sha256, source, ref_area, channel, locator, file_name, size, received_at, state, message, simulated
)
VALUES (
    :id, :sha256, :source, :ref_area, :channel, :locator, :file_name, :size, :received_at, :state, :message, :simulated
)
ON CONFLICT (id) DO NOTHING
