-- What the tables that stand in a reporting period, or in later ones, say of other periods.
SELECT DISTINCT
    o.time_period,
    o.measure
FROM standing_form AS st
INNER JOIN observation AS o ON st.submission_id = o.submission_id AND st.form = o.form
WHERE
    st.vintage >= :period
    AND (CAST(:vintage_to AS TEXT) IS NULL OR st.vintage <= :vintage_to)
    AND st.withdrawn_at IS NULL
    AND o.time_period <> :period
