-- Every arrival of each table up to an instant, with the next arrival that took its place and its withdrawal, '' where
-- there is none. table_number counts the tables as version_observations does.
WITH arrived AS (
    SELECT
        submission_id,
        source,
        ref_area,
        dataflow,
        form,
        vintage,
        sha256,
        file_name,
        simulated,
        received_at,
        COALESCE(withdrawn_at, '') AS withdrawn_at,
        COALESCE(
            LEAD(received_at) OVER (
                PARTITION BY source, vintage, ref_area, form
                ORDER BY received_at ASC, sha256 ASC
            ),
            ''
        ) AS replaced_at
    FROM form_arrival
    WHERE
        (CAST(:as_of AS TEXT) IS NULL OR received_at <= :as_of)
        AND (CAST(:every_source AS BOOLEAN) OR source IN :sources)
        AND (CAST(:every_dataflow AS BOOLEAN) OR dataflow IN :dataflows)
)

SELECT
    submission_id,
    source,
    ref_area,
    dataflow,
    form,
    vintage,
    sha256,
    file_name,
    simulated,
    received_at AS known_from,
    replaced_at,
    withdrawn_at,
    DENSE_RANK() OVER (
        ORDER BY submission_id ASC, form ASC
    ) - 1 AS table_number
FROM arrived
