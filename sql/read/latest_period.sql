-- The last month up to a given one for which a dataflow has a measure.
SELECT MAX(o.time_period) AS time_period
FROM standing_form AS st
INNER JOIN observation AS o ON st.submission_id = o.submission_id AND st.form = o.form
WHERE
    st.dataflow = :dataflow
    AND (CAST(:vintage_to AS TEXT) IS NULL OR st.vintage <= :vintage_to)
    AND st.withdrawn_at IS NULL
    AND o.measure = :measure
    AND o.time_period <= :time_to
    AND LENGTH(o.time_period) = LENGTH(:time_to)
    AND NOT o.conflict
