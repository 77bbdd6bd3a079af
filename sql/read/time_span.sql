SELECT
    MIN(time_period) AS first,
    MAX(time_period) AS last
FROM observation
