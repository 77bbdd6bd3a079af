SELECT MAX(time_period) AS time_period
FROM submission
WHERE time_period < :period
