"""Monthly data room for the industry and trade figures of Vietnam's provinces."""
