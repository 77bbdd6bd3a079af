-- The tables that stand in a reporting period, as the workbooks name them.
SELECT
    f.submission_id,
    st.source,
    f.dataflow,
    f.form,
    f.sheet,
    f.ref_area,
    f.time_period,
    f.title,
    st.sha256,
    st.file_name,
    st.vintage,
    st.first_received_at AS received_at,
    st.simulated,
    f.position
FROM standing_form AS st
INNER JOIN submission_form AS f ON st.submission_id = f.submission_id AND st.form = f.form
WHERE st.vintage = :period AND st.withdrawn_at IS NULL
