SELECT pg_try_advisory_lock(hashtext('ctdp_etl'), hashtext(:task))
