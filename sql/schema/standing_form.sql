-- The arrival that counts for each form of a source, area and reporting period: the last one, taken out or not.
CREATE VIEW standing_form AS
WITH arrived AS (
    SELECT
        submission_id,
        source,
        vintage,
        ref_area,
        sha256,
        file_name,
        first_received_at,
        simulated,
        dataflow,
        form,
        received_at,
        withdrawn_at,
        ROW_NUMBER() OVER (
            PARTITION BY source, vintage, ref_area, form
            ORDER BY received_at DESC, sha256 DESC
        ) AS place
    FROM form_arrival
)

SELECT
    submission_id,
    source,
    vintage,
    ref_area,
    sha256,
    file_name,
    first_received_at,
    simulated,
    dataflow,
    form,
    received_at,
    withdrawn_at
FROM arrived
WHERE place = 1
