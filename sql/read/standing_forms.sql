-- The submission that counts for each form of a reporting period; withdrawn_at is '' unless it was taken out.
SELECT
    st.source,
    st.ref_area,
    st.dataflow,
    st.form,
    st.submission_id,
    s.sha256,
    s.file_name,
    s.received_at,
    st.received_at AS last_received_at,
    COALESCE(st.withdrawn_at, '') AS withdrawn_at,
    s.state,
    s.simulated,
    (
        SELECT COUNT(*)
        FROM receipt AS r
        WHERE r.source = s.source AND r.sha256 = s.sha256
    ) AS receipts
FROM standing_form AS st
INNER JOIN submission AS s ON st.submission_id = s.id
WHERE st.vintage = :period
