-- Observations that were corrected, as they were stored, with the correction that counts at the instant as_of.
WITH correction AS (
    SELECT
        d.id,
        d.obs_submission_id,
        d.obs_sheet,
        d.obs_cell,
        d.obs_measure,
        d.obs_value,
        d.value,
        ROW_NUMBER() OVER (
            PARTITION BY d.obs_submission_id, d.obs_sheet, d.obs_cell, d.obs_measure
            ORDER BY d.decided_at DESC, d.id DESC
        ) AS place
    FROM decision AS d
    WHERE
        d.kind = 'correct'
        AND (CAST(:as_of AS TEXT) IS NULL OR d.decided_at <= :as_of)
        AND NOT EXISTS (
            SELECT 1
            FROM decision AS u
            WHERE u.undoes = d.id AND (CAST(:as_of AS TEXT) IS NULL OR u.decided_at <= :as_of)
        )
)

SELECT
    c.id AS decision_id,
    c.value AS corrected,
    c.obs_value AS reported,
    s.sha256,
    s.time_period AS vintage,
    o.submission_id,
    o.source,
    o.dataflow,
    o.form,
    o.ref_area,
    o.indicator,
    o.item,
    o.label,
    o.time_period,
    o.measure,
    o.value,
    o.unit,
    o.unit_mult,
    o.conflict,
    o.sheet,
    o.cell
FROM correction AS c
INNER JOIN observation AS o
    ON
        c.obs_submission_id = o.submission_id
        AND c.obs_sheet = o.sheet
        AND c.obs_cell = o.cell
        AND c.obs_measure = o.measure
INNER JOIN submission AS s ON o.submission_id = s.id
WHERE c.place = 1
