-- Corrections of observations whose table stands.
SELECT d.id
FROM decision AS d
INNER JOIN observation AS o
    ON
        d.obs_submission_id = o.submission_id
        AND d.obs_sheet = o.sheet
        AND d.obs_cell = o.cell
        AND d.obs_measure = o.measure
INNER JOIN standing_form AS st ON o.submission_id = st.submission_id AND o.form = st.form
WHERE d.kind = 'correct' AND st.withdrawn_at IS NULL
