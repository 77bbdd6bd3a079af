SELECT
    id, report, time_period, ref_area, number, content_sha256, as_of, published_at
FROM publication
WHERE
    (CAST(:id AS TEXT) IS NULL OR id = :id)
    AND (CAST(:report AS TEXT) IS NULL OR report = :report)
    AND (CAST(:period AS TEXT) IS NULL OR time_period = :period)
    AND (CAST(:area AS TEXT) IS NULL OR ref_area = :area)
    AND (CAST(:content_sha256 AS TEXT) IS NULL OR content_sha256 = :content_sha256)
