-- Each arrival of each form of a submission; withdrawn_at is when that arrival was taken out, NULL where it was not.
-- first_received_at is the submission's first arrival.
CREATE VIEW form_arrival AS
WITH form AS (
    SELECT DISTINCT
        submission_id,
        dataflow,
        form
    FROM submission_form
)

SELECT
    s.id AS submission_id,
    s.source,
    s.time_period AS vintage,
    s.ref_area,
    s.sha256,
    s.file_name,
    s.received_at AS first_received_at,
    s.simulated,
    f.dataflow,
    f.form,
    a.received_at,
    (
        SELECT MIN(w.withdrawn_at)
        FROM withdrawal AS w
        WHERE w.submission_id = s.id AND w.withdrawn_at >= a.received_at
    ) AS withdrawn_at
FROM submission AS s
INNER JOIN arrival AS a ON s.id = a.submission_id
INNER JOIN form AS f ON s.id = f.submission_id
