SELECT
    state,
    COUNT(*) AS letters
FROM delivery
GROUP BY state
