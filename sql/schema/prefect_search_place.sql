SELECT pg_namespace.nspname AS place
FROM pg_extension
INNER JOIN pg_namespace ON pg_extension.extnamespace = pg_namespace.oid
WHERE pg_extension.extname = 'pg_trgm'
