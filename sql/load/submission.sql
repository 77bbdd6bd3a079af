INSERT INTO submission (id, source, ref_area, time_period, sha256, file_name, received_at, state, simulated)
VALUES (:id, :source, :ref_area, :time_period, :sha256, :file_name, :received_at, :state, :simulated)
ON CONFLICT (id) DO NOTHING
