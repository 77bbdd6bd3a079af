"""Prefect flows: thin shells over the pipeline, one file for each deployment, tasks in ``_tasks``."""
