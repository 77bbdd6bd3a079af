-- The tables that stand after resends and withdrawals, numbered as standing_observations numbers them.
WITH arrived AS (
    SELECT
        submission_id,
        source,
        dataflow,
        form,
        vintage,
        sha256,
        file_name,
        first_received_at,
        simulated,
        received_at,
        COALESCE(withdrawn_at <= COALESCE(CAST(:as_of AS TEXT), withdrawn_at), FALSE) AS withdrawn,
        ROW_NUMBER() OVER (
            PARTITION BY source, vintage, ref_area, form
            ORDER BY received_at DESC, sha256 DESC
        ) AS place
    FROM form_arrival
    WHERE
        (CAST(:vintage_from AS TEXT) IS NULL OR vintage >= :vintage_from)
        AND (CAST(:vintage_to AS TEXT) IS NULL OR vintage <= :vintage_to)
        AND (CAST(:as_of AS TEXT) IS NULL OR received_at <= :as_of)
        AND (CAST(:every_source AS BOOLEAN) OR source IN :sources)
        AND (CAST(:every_dataflow AS BOOLEAN) OR dataflow IN :dataflows)
)

SELECT
    submission_id,
    source,
    dataflow,
    form,
    vintage,
    sha256,
    file_name,
    first_received_at AS received_at,
    simulated,
    received_at AS arrived_at
FROM arrived
WHERE place = 1 AND NOT withdrawn
ORDER BY submission_id ASC, form ASC
