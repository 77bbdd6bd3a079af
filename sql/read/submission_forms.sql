-- The tables that stand in a reporting period, as the workbooks name them.
SELECT
    f.submission_id,
    s.source,
    f.dataflow,
    f.form,
    f.sheet,
    f.ref_area,
    f.time_period,
    f.title,
    s.sha256,
    s.file_name,
    s.time_period AS vintage,
    s.received_at,
    s.simulated,
    f.position
FROM standing_form AS st
INNER JOIN submission_form AS f ON st.submission_id = f.submission_id AND st.form = f.form
INNER JOIN submission AS s ON f.submission_id = s.id
WHERE st.vintage = :period AND st.withdrawn_at IS NULL
