-- The figures of a publication, one row for each figure and each observation or receipt behind it.
SELECT
    f.id AS figure_id,
    f.position AS figure_position,
    f.page,
    f.printed,
    f.value AS figure_value,
    COALESCE(x.position, -1) AS source_position,
    COALESCE(x.submission_id, '') AS submission_id,
    COALESCE(o.source, '') AS source,
    COALESCE(o.dataflow, '') AS dataflow,
    COALESCE(o.form, '') AS form,
    COALESCE(o.ref_area, '') AS ref_area,
    COALESCE(o.indicator, '') AS indicator,
    COALESCE(o.item, '') AS item,
    COALESCE(o.label, '') AS label,
    COALESCE(o.time_period, '') AS time_period,
    COALESCE(o.measure, '') AS measure,
    COALESCE(o.obs_status, '') AS obs_status,
    o.value,
    COALESCE(o.text, '') AS text,
    COALESCE(o.unit, '') AS unit,
    COALESCE(o.unit_mult, 0) AS unit_mult,
    COALESCE(o.qualifier, '') AS qualifier,
    COALESCE(o.reported_form, '') AS reported_form,
    COALESCE(o.conflict, FALSE) AS conflict,
    COALESCE(o.sheet, '') AS sheet,
    COALESCE(o.cell, '') AS cell,
    COALESCE(o.raw, '') AS raw,
    COALESCE(s.sha256, '') AS sha256,
    COALESCE(s.file_name, '') AS file_name,
    COALESCE(s.time_period, '') AS vintage,
    COALESCE(s.simulated, r.simulated, FALSE) AS simulated,
    COALESCE(x.receipt_id, '') AS receipt_id,
    COALESCE(r.source, '') AS receipt_source,
    COALESCE(r.sha256, '') AS receipt_sha256,
    COALESCE(r.file_name, '') AS receipt_file_name,
    COALESCE(r.received_at, '') AS receipt_received_at
FROM figure AS f
LEFT JOIN figure_source AS x ON f.publication_id = x.publication_id AND f.id = x.figure_id
LEFT JOIN observation AS o
    ON x.submission_id = o.submission_id AND x.sheet = o.sheet AND x.cell = o.cell AND x.measure = o.measure
LEFT JOIN submission AS s ON x.submission_id = s.id
LEFT JOIN receipt AS r ON x.receipt_id = r.id
WHERE
    f.publication_id = :publication_id
    AND (CAST(:figure_id AS TEXT) IS NULL OR f.id = :figure_id)
