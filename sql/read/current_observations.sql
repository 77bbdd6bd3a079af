-- The value that counts for each key: what stands after resends and withdrawals, then status, vintage, arrival.
WITH arrived AS (
    SELECT
        submission_id,
        form,
        vintage,
        sha256,
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
        o.*,
        a.vintage,
        a.sha256,
        ROW_NUMBER() OVER (
            PARTITION BY o.source, o.dataflow, o.ref_area, o.indicator, o.item, o.time_period, o.measure
            ORDER BY
                CASE o.obs_status WHEN 'A' THEN 1 WHEN 'P' THEN 2 ELSE 3 END,
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
        AND (CAST(:year_from AS TEXT) IS NULL OR o.time_period >= :year_from)
        AND (CAST(:year_after AS TEXT) IS NULL OR o.time_period < :year_after)
)

SELECT
    v.source, v.dataflow, v.form, v.ref_area, v.indicator, v.item, v.label, v.time_period, v.measure, v.obs_status,
    v.value, v.text, v.unit, v.unit_mult, v.qualifier, v.reported_form, v.conflict, v.sheet, v.cell, v.raw,
    v.submission_id, v.sha256, s.file_name, v.vintage, s.received_at, s.simulated
FROM version AS v
INNER JOIN submission AS s ON v.submission_id = s.id
WHERE v.place = 1
