-- The value that counts for each key: what stands after resends and withdrawals, then status, vintage, arrival.
WITH arrived AS (
    SELECT
        submission_id,
        form,
        vintage,
        sha256,
        file_name,
        first_received_at,
        simulated,
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
        AND (CAST(:every_dataflow AS BOOLEAN) OR dataflow IN :dataflows)
),

version AS (
    SELECT
        o.submission_id,
        o.sheet,
        o.cell,
        o.measure,
        a.vintage,
        a.sha256,
        a.file_name,
        a.first_received_at,
        a.simulated,
        ROW_NUMBER() OVER (
            PARTITION BY o.source, o.dataflow, o.ref_area, o.indicator, o.item, o.time_period, o.measure
            ORDER BY
                CASE o.obs_status WHEN 'A' THEN 1 WHEN 'P' THEN 2 ELSE 3 END ASC,
                a.vintage DESC,
                a.received_at DESC,
                a.sha256 DESC,
                o.sheet ASC,
                o.cell ASC
        ) AS place
    FROM arrived AS a
    INNER JOIN observation AS o ON a.submission_id = o.submission_id AND a.form = o.form
    WHERE
        a.place = 1
        AND NOT a.withdrawn
        AND NOT o.conflict
        AND (CAST(:every_period AS BOOLEAN) OR o.time_period IN :periods)
)

SELECT
    o.source, o.dataflow, o.form, o.ref_area, o.indicator, o.item, o.label, o.time_period, o.measure, o.obs_status,
    o.value, o.text, o.unit, o.unit_mult, o.qualifier, o.reported_form, o.conflict, o.sheet, o.cell, o.raw,
    o.submission_id, v.sha256, v.file_name, v.vintage, v.first_received_at AS received_at, v.simulated
FROM version AS v
INNER JOIN observation AS o
    ON v.submission_id = o.submission_id AND v.sheet = o.sheet AND v.cell = o.cell AND v.measure = o.measure
WHERE v.place = 1
