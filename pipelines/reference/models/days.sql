-- Going back by eight (three) months makes the academic (financial) year a calendar year.
WITH days AS (
    SELECT
        cast(day AS DATE) AS calendar_date,
        cast(date_part('year', day) AS BIGINT) AS calendar_year,
        cast(date_part('month', day) AS BIGINT) AS calendar_month,
        cast(date_part('year', day - INTERVAL '8 months') AS BIGINT) AS academic_start,
        cast(date_part('year', day - INTERVAL '3 months') AS BIGINT) AS financial_start
    FROM generate_series(DATE '2000-01-01', DATE '2099-12-31', INTERVAL '1 day') AS calendar (day)
)

SELECT
    calendar_date,
    cast(calendar_year AS VARCHAR) || '-' || lpad(cast(calendar_month AS VARCHAR), 2, '0') AS month,
    cast(academic_start AS VARCHAR) || '-' || right(cast(academic_start + 1 AS VARCHAR), 2) AS academic_year,
    academic_start,
    CASE WHEN calendar_month >= 9 THEN 'autumn' WHEN calendar_month <= 4 THEN 'spring' ELSE 'summer' END AS term,
    cast(financial_start AS VARCHAR) || '-' || right(cast(financial_start + 1 AS VARCHAR), 2) AS financial_year,
    financial_start
FROM days
