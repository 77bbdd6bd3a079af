SELECT pg_advisory_xact_lock(hashtext('ctdp_etl'), hashtext(:task))
