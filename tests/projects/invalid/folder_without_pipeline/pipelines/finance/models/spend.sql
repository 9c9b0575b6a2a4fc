SELECT 1 AS spend
