SELECT DISTINCT
    publication.report,
    publication.time_period
FROM release
INNER JOIN publication ON release.publication_id = publication.id
WHERE release.released_at >= :since
