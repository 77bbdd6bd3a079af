-- The observations of every table that arrived, standing or not, each with the number of its table; the texts come as
-- one, as in standing_observations.
WITH arrived AS (
    SELECT DISTINCT
        submission_id,
        form
    FROM form_arrival
    WHERE
        (CAST(:as_of AS TEXT) IS NULL OR received_at <= :as_of)
        AND (CAST(:every_source AS BOOLEAN) OR source IN :sources)
        AND (CAST(:every_dataflow AS BOOLEAN) OR dataflow IN :dataflows)
),

numbered AS (
    SELECT
        submission_id,
        form,
        ROW_NUMBER() OVER (
            ORDER BY submission_id ASC, form ASC
        ) - 1 AS number
    FROM arrived
),

-- By sheet the rows of a table lie side by side in the key of observation.
placed AS (
    SELECT DISTINCT
        n.number,
        n.submission_id,
        n.form,
        f.sheet
    FROM numbered AS n
    INNER JOIN submission_form AS f ON n.submission_id = f.submission_id AND n.form = f.form
)

SELECT
    FORMAT(
        CAST(:packing AS TEXT),
        o.ref_area, o.indicator, o.item, o.label, o.time_period, o.measure, o.obs_status, o.unit, o.sheet, o.cell
    ) AS packed,
    o.value,
    o.unit_mult,
    p.number AS table_number
FROM placed AS p
INNER JOIN observation AS o ON p.submission_id = o.submission_id AND p.sheet = o.sheet AND p.form = o.form
WHERE
    NOT o.conflict
    AND (CAST(:every_period AS BOOLEAN) OR o.time_period IN :periods)
    AND (CAST(:every_measure AS BOOLEAN) OR o.measure IN :measures)
    AND (CAST(:every_area AS BOOLEAN) OR o.ref_area IN :areas)
    AND (CAST(:every_indicator AS BOOLEAN) OR o.indicator IN :indicators)
