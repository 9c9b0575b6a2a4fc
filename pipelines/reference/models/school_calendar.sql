-- Numbering the school days turns "school days between two dates" into a subtraction.
WITH bounds AS (
    SELECT min(starts_on) AS first_day, max(ends_on) AS last_day FROM reference.term_dates
),

days AS (
    SELECT cast(day AS DATE) AS calendar_date, date_part('dow', day) BETWEEN 1 AND 5 AS is_weekday
    FROM generate_series(DATE '2000-01-01', DATE '2099-12-31', INTERVAL '1 day') AS calendar (day)
),

marked AS (
    SELECT
        days.calendar_date,
        days.is_weekday AND count(terms.starts_on) > 0 AND count(holidays.day) = 0 AS is_school_day
    FROM days
    CROSS JOIN bounds
    LEFT JOIN reference.bank_holidays AS holidays ON days.calendar_date = holidays.day
    LEFT JOIN reference.term_dates AS terms
        ON days.calendar_date >= terms.starts_on AND days.calendar_date <= terms.ends_on
    WHERE days.calendar_date >= bounds.first_day AND days.calendar_date <= bounds.last_day
    GROUP BY days.calendar_date, days.is_weekday
),

-- Going back by eight (three) months makes the academic (financial) year a calendar year.
named AS (
    SELECT
        calendar_date,
        is_school_day,
        cast(date_part('year', calendar_date) AS BIGINT) AS calendar_year,
        cast(date_part('month', calendar_date) AS BIGINT) AS calendar_month,
        cast(date_part('year', calendar_date - INTERVAL '8 months') AS BIGINT) AS academic_start,
        cast(date_part('year', calendar_date - INTERVAL '3 months') AS BIGINT) AS financial_start
    FROM marked
)

SELECT
    calendar_date,
    cast(calendar_year AS VARCHAR) || '-' || lpad(cast(calendar_month AS VARCHAR), 2, '0') AS month,
    cast(academic_start AS VARCHAR) || '-' || right(cast(academic_start + 1 AS VARCHAR), 2) AS academic_year,
    cast(financial_start AS VARCHAR) || '-' || right(cast(financial_start + 1 AS VARCHAR), 2) AS financial_year,
    is_school_day,
    cast(sum(CASE WHEN is_school_day THEN 1 ELSE 0 END) OVER (ORDER BY calendar_date) AS BIGINT) AS school_day_no
FROM named
