COPY observation (
    submission_id, source, dataflow, form, ref_area, indicator, item, label, time_period, measure, obs_status,
    value, text, unit, unit_mult, qualifier, reported_form, conflict, sheet, cell, raw
) FROM STDIN
