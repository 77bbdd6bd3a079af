-- Prefect's server searches names of runs by trigrams; it looks into its own schema only, and so must find them there.
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA prefect
