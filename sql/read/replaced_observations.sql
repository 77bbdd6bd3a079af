-- The observations of each table of a reporting period as it was before the resend that stands now.
WITH earlier AS (
    SELECT
        e.submission_id,
        e.form,
        e.vintage,
        e.sha256,
        e.file_name,
        e.first_received_at,
        e.simulated,
        ROW_NUMBER() OVER (
            PARTITION BY e.source, e.ref_area, e.form
            ORDER BY e.received_at DESC, e.sha256 DESC
        ) AS place
    FROM form_arrival AS e
    INNER JOIN standing_form AS st
        ON
            e.source = st.source
            AND e.vintage = st.vintage
            AND e.ref_area = st.ref_area
            AND e.form = st.form
            AND e.submission_id <> st.submission_id
    WHERE st.vintage = :period AND st.withdrawn_at IS NULL AND e.withdrawn_at IS NULL
)

SELECT
    o.source, o.dataflow, o.form, o.ref_area, o.indicator, o.item, o.label, o.time_period, o.measure, o.obs_status,
    o.value, o.text, o.unit, o.unit_mult, o.qualifier, o.reported_form, o.conflict, o.sheet, o.cell, o.raw,
    o.submission_id, e.sha256, e.file_name, e.vintage, e.first_received_at AS received_at, e.simulated
FROM earlier AS e
INNER JOIN observation AS o ON e.submission_id = o.submission_id AND e.form = o.form
WHERE e.place = 1
