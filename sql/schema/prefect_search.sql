-- Prefect's server searches names of runs by trigrams.
CREATE EXTENSION IF NOT EXISTS pg_trgm
