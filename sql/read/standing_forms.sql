-- The submission that counts for each form of a reporting period; withdrawn_at is '' unless it was taken out.
SELECT
    st.source,
    st.ref_area,
    st.dataflow,
    st.form,
    st.submission_id,
    st.sha256,
    st.file_name,
    st.first_received_at AS received_at,
    st.received_at AS last_received_at,
    COALESCE(st.withdrawn_at, '') AS withdrawn_at,
    s.state,
    st.simulated,
    (
        SELECT COUNT(*)
        FROM receipt AS r
        WHERE r.source = st.source AND r.sha256 = st.sha256
    ) AS receipts
FROM standing_form AS st
INNER JOIN submission AS s ON st.submission_id = s.id
WHERE st.vintage = :period
