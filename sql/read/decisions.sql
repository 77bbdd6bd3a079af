-- Waivers and corrections that nothing had undone at the instant as_of.
SELECT
    d.id,
    d.kind,
    d.vintage,
    d.finding_id,
    d.code,
    d.severity,
    d.scope,
    d.message,
    d.source,
    d.dataflow,
    d.ref_area,
    d.indicator,
    d.label,
    d.time_period,
    d.measure,
    d.observed,
    d.expected,
    d.tolerance,
    d.sheet,
    d.cell,
    d.cells,
    d.sha256,
    d.who,
    d.reason,
    d.decided_at,
    d.expires_at AS until,
    d.obs_submission_id,
    d.obs_sheet,
    d.obs_cell,
    d.obs_measure,
    d.obs_value,
    d.value,
    d.value_source,
    d.undoes
FROM decision AS d
WHERE
    d.kind <> 'undo'
    AND (CAST(:as_of AS TEXT) IS NULL OR d.decided_at <= :as_of)
    AND NOT EXISTS (
        SELECT 1
        FROM decision AS u
        WHERE u.undoes = d.id AND (CAST(:as_of AS TEXT) IS NULL OR u.decided_at <= :as_of)
    )
