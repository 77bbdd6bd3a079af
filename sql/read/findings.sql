-- Findings in force at the instant as_of: of the last run of the checks, and of reading what stood. A sheet without any
-- table counts as long as another table of its workbook stands, or nothing came from the source after it.
WITH arrived_form AS (
    SELECT
        submission_id,
        form,
        COALESCE(withdrawn_at <= COALESCE(CAST(:as_of AS TEXT), withdrawn_at), FALSE) AS withdrawn,
        ROW_NUMBER() OVER (
            PARTITION BY source, ref_area, form
            ORDER BY received_at DESC, sha256 DESC
        ) AS place
    FROM form_arrival
    WHERE vintage = :period AND (CAST(:as_of AS TEXT) IS NULL OR received_at <= :as_of)
),

standing AS (
    SELECT
        f.submission_id,
        f.sheet
    FROM arrived_form AS st
    INNER JOIN submission_form AS f ON st.submission_id = f.submission_id AND st.form = f.form
    WHERE st.place = 1 AND NOT st.withdrawn
),

arrived AS (
    SELECT
        s.id AS submission_id,
        a.received_at,
        ROW_NUMBER() OVER (
            PARTITION BY s.source, s.ref_area
            ORDER BY a.received_at DESC, s.sha256 DESC
        ) AS place
    FROM submission AS s
    INNER JOIN arrival AS a ON s.id = a.submission_id
    WHERE s.time_period = :period AND (CAST(:as_of AS TEXT) IS NULL OR a.received_at <= :as_of)
),

live AS (
    SELECT submission_id FROM standing
    UNION
    SELECT a.submission_id FROM arrived AS a
    WHERE
        a.place = 1
        AND NOT EXISTS (
            SELECT 1
            FROM withdrawal AS w
            WHERE
                w.submission_id = a.submission_id
                AND w.withdrawn_at >= a.received_at
                AND (CAST(:as_of AS TEXT) IS NULL OR w.withdrawn_at <= :as_of)
        )
),

run AS (
    SELECT
        id,
        submission_id,
        ROW_NUMBER() OVER (PARTITION BY submission_id ORDER BY number DESC) AS place
    FROM check_run
    WHERE time_period = :period AND (CAST(:as_of AS TEXT) IS NULL OR checked_at <= :as_of)
)

SELECT
    n.id, n.code, n.severity, n.scope, n.message, n.source, n.dataflow, n.ref_area, n.indicator, n.label,
    n.time_period, n.measure, n.observed, n.expected, n.tolerance, n.sheet, n.cell, n.cells, n.sha256,
    run.submission_id IS NOT NULL AS of_reading
FROM run
INNER JOIN finding AS n ON run.id = n.check_run_id
WHERE
    run.place = 1
    AND (
        run.submission_id IS NULL
        OR EXISTS (
            SELECT 1
            FROM standing AS t
            WHERE t.submission_id = run.submission_id AND t.sheet = n.sheet
        )
        OR (
            run.submission_id IN (SELECT submission_id FROM live)
            AND NOT EXISTS (
                SELECT 1
                FROM submission_form AS f
                WHERE f.submission_id = run.submission_id AND f.sheet = n.sheet
            )
        )
    )
