COPY figure_source (
    publication_id, figure_id, position, submission_id, sheet, cell, measure, receipt_id
) FROM STDIN
