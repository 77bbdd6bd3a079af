-- The observations of the tables that stand after resends and withdrawals, in every reporting period.
WITH arrived AS (
    SELECT
        submission_id,
        form,
        received_at,
        COALESCE(withdrawn_at <= COALESCE(CAST(:as_of AS TEXT), withdrawn_at), FALSE) AS withdrawn,
        ROW_NUMBER() OVER (
            PARTITION BY source, vintage, ref_area, form
            ORDER BY received_at DESC, sha256 DESC
        ) AS place
    FROM form_arrival
    WHERE
        (CAST(:vintage_to AS TEXT) IS NULL OR vintage <= :vintage_to)
        AND (CAST(:as_of AS TEXT) IS NULL OR received_at <= :as_of)
        AND (CAST(:every_source AS BOOLEAN) OR source IN :sources)
        AND (CAST(:every_dataflow AS BOOLEAN) OR dataflow IN :dataflows)
)

SELECT
    o.source, o.dataflow, o.form, o.ref_area, o.indicator, o.item, o.label, o.time_period, o.measure, o.obs_status,
    o.value, o.text, o.unit, o.unit_mult, o.qualifier, o.reported_form, o.conflict, o.sheet, o.cell, o.raw,
    o.submission_id, a.received_at AS arrived_at
FROM arrived AS a
INNER JOIN observation AS o ON a.submission_id = o.submission_id AND a.form = o.form
WHERE
    a.place = 1
    AND NOT a.withdrawn
    AND NOT o.conflict
    AND (CAST(:every_period AS BOOLEAN) OR o.time_period IN :periods)
    AND (CAST(:every_measure AS BOOLEAN) OR o.measure IN :measures)
    AND (CAST(:every_area AS BOOLEAN) OR o.ref_area IN :areas)
