INSERT INTO release (publication_id, released_at, who, reason, is_override)
VALUES (:publication_id, :released_at, :who, :reason, :is_override)
ON CONFLICT (publication_id) DO NOTHING
