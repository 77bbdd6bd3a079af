SELECT
    publication.id,
    publication.number,
    publication.content_sha256,
    publication.as_of,
    publication.published_at,
    COALESCE(release.released_at, '') AS released_at,
    COALESCE(release.who, '') AS who,
    COALESCE(release.reason, '') AS reason,
    COALESCE(release.is_override, false) AS is_override
FROM publication
LEFT JOIN release ON publication.id = release.publication_id
WHERE
    publication.report = :report
    AND publication.time_period = :period
    AND publication.ref_area = :area
