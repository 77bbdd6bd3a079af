-- Room for the records of Prefect's server beside the warehouse's own tables.
CREATE SCHEMA IF NOT EXISTS prefect
