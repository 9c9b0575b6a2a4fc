WITH years AS (
    SELECT
        CAST(date_part('year', started_on) AS BIGINT)
            - CASE WHEN date_part('month', started_on) >= 9 THEN 0 ELSE 1 END AS first_year,
        reason
    FROM outcomes.exclusions
)
SELECT
    CAST(first_year AS VARCHAR) || '-' || lpad(CAST((first_year + 1) % 100 AS VARCHAR), 2, '0') AS academic_year,
    coalesce(reason, 'all') AS reason,
    count(*) AS exclusions
FROM years
GROUP BY GROUPING SETS ((first_year, reason), (first_year))
