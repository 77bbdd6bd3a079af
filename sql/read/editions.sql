SELECT
    publication.id,
    publication.number,
    publication.ref_area,
    publication.content_sha256,
    publication.as_of,
    publication.published_at,
    COALESCE(release.released_at, '') AS released_at,
    COALESCE(release.who, '') AS who,
    COALESCE(release.reason, '') AS reason,
    COALESCE(release.is_override, FALSE) AS is_override,
    COALESCE(entered.detail, '') AS entered_as,
    COALESCE(recall.recorded_at, '') AS recalled_at,
    COALESCE(recall.who, '') AS recalled_by,
    COALESCE(recall.reason, '') AS recall_reason
FROM publication
LEFT JOIN release ON publication.id = release.publication_id
LEFT JOIN audit AS entered ON publication.id = entered.subject AND entered.verb IN ('release', 'override')
LEFT JOIN audit AS recall ON publication.id = recall.subject AND recall.verb = 'recall'
WHERE
    publication.report = :report
    AND publication.time_period = :period
    AND (CAST(:area AS TEXT) IS NULL OR publication.ref_area = :area)
