-- Every observation of the tables that stand in a reporting period, current or not.
SELECT
    o.source, o.dataflow, o.form, o.ref_area, o.indicator, o.item, o.label, o.time_period, o.measure, o.obs_status,
    o.value, o.text, o.unit, o.unit_mult, o.qualifier, o.reported_form, o.conflict, o.sheet, o.cell, o.raw,
    o.submission_id
FROM standing_form AS st
INNER JOIN observation AS o ON st.submission_id = o.submission_id AND st.form = o.form
WHERE st.vintage = :period AND st.withdrawn_at IS NULL
