-- The observations of the tables that stand, each with the number of its table: what a table's rows have in common
-- is long, and fetching it with every row would take half of the time. For the same reason the texts come as one.
WITH arrived AS (
    SELECT
        submission_id,
        form,
        COALESCE(withdrawn_at <= COALESCE(CAST(:as_of AS TEXT), withdrawn_at), FALSE) AS withdrawn,
        ROW_NUMBER() OVER (
            PARTITION BY source, vintage, ref_area, form
            ORDER BY received_at DESC, sha256 DESC
        ) AS place
    FROM form_arrival
    WHERE
        (CAST(:vintage_from AS TEXT) IS NULL OR vintage >= :vintage_from)
        AND (CAST(:vintage_to AS TEXT) IS NULL OR vintage <= :vintage_to)
        AND (CAST(:as_of AS TEXT) IS NULL OR received_at <= :as_of)
        AND (CAST(:every_source AS BOOLEAN) OR source IN :sources)
        AND (CAST(:every_dataflow AS BOOLEAN) OR dataflow IN :dataflows)
),

standing AS (
    SELECT
        submission_id,
        form,
        ROW_NUMBER() OVER (
            ORDER BY submission_id ASC, form ASC
        ) - 1 AS number
    FROM arrived
    WHERE place = 1 AND NOT withdrawn
),

-- By sheet the rows of a table lie side by side in the key of observation.
placed AS (
    SELECT DISTINCT
        st.number,
        st.submission_id,
        st.form,
        f.sheet
    FROM standing AS st
    INNER JOIN submission_form AS f ON st.submission_id = f.submission_id AND st.form = f.form
)

SELECT
    FORMAT(
        CAST(:packing AS TEXT),
        o.ref_area, o.indicator, o.item, o.label, o.time_period, o.measure, o.obs_status,
        o.text, o.unit, o.qualifier, o.reported_form, o.sheet, o.cell, o.raw
    ) AS packed,
    o.value,
    o.unit_mult,
    o.conflict,
    p.number AS table_number
FROM placed AS p
INNER JOIN observation AS o ON p.submission_id = o.submission_id AND p.sheet = o.sheet AND p.form = o.form
WHERE
    (CAST(:every_conflict AS BOOLEAN) OR NOT o.conflict)
    AND (CAST(:every_period AS BOOLEAN) OR o.time_period IN :periods)
    AND (CAST(:every_measure AS BOOLEAN) OR o.measure IN :measures)
    AND (CAST(:every_area AS BOOLEAN) OR o.ref_area IN :areas)
