-- Corrections of observations whose table stood at the instant as_of.
WITH arrived AS (
    SELECT
        submission_id,
        form,
        COALESCE(withdrawn_at <= COALESCE(CAST(:as_of AS TEXT), withdrawn_at), FALSE) AS withdrawn,
        ROW_NUMBER() OVER (
            PARTITION BY source, vintage, ref_area, form
            ORDER BY received_at DESC, sha256 DESC
        ) AS place
    FROM form_arrival
    WHERE (CAST(:as_of AS TEXT) IS NULL OR received_at <= :as_of)
)

SELECT d.id
FROM decision AS d
INNER JOIN observation AS o
    ON
        d.obs_submission_id = o.submission_id
        AND d.obs_sheet = o.sheet
        AND d.obs_cell = o.cell
        AND d.obs_measure = o.measure
INNER JOIN arrived AS a ON o.submission_id = a.submission_id AND o.form = a.form
WHERE d.kind = 'correct' AND a.place = 1 AND NOT a.withdrawn
