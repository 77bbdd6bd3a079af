-- What the standing tables of a workbook say at a cell.
SELECT
    o.submission_id,
    o.source,
    s.time_period AS vintage,
    o.sheet,
    o.cell,
    o.measure,
    o.value,
    o.text,
    o.unit,
    o.unit_mult,
    o.conflict
FROM submission AS s
INNER JOIN observation AS o ON s.id = o.submission_id
INNER JOIN standing_form AS st ON o.submission_id = st.submission_id AND o.form = st.form
WHERE
    s.sha256 = :sha256
    AND o.sheet = :sheet
    AND o.cell = :cell
    AND st.withdrawn_at IS NULL
