INSERT INTO decision (
    id, kind, vintage, finding_id, code, severity, scope, message, source, dataflow, ref_area, indicator, label,
    time_period, measure, observed, expected, tolerance, sheet, cell, cells, sha256, obs_submission_id, obs_sheet,
    obs_cell, obs_measure, obs_value, value, value_source, who, reason, decided_at, expires_at, undoes
)
VALUES (
    :id, :kind, :vintage, :finding_id, :code, :severity, :scope, :message, :source, :dataflow, :ref_area, :indicator,
    :label, :time_period, :measure, :observed, :expected, :tolerance, :sheet, :cell, :cells, :sha256,
    :obs_submission_id, :obs_sheet, :obs_cell, :obs_measure, :obs_value, :value, :value_source, :who, :reason,
    :decided_at, :until, :undoes
)
