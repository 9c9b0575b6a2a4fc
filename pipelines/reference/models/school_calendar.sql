-- Numbering the school days turns "school days between two dates" into a subtraction.
WITH bounds AS (
    SELECT min(starts_on) AS first_day, max(ends_on) AS last_day FROM reference.term_dates
),

marked AS (
    SELECT
        days.calendar_date,
        days.month,
        days.academic_year,
        days.financial_year,
        date_part('dow', days.calendar_date) BETWEEN 1 AND 5
        AND count(terms.starts_on) > 0
        AND count(holidays.day) = 0 AS is_school_day
    FROM reference.days AS days
    CROSS JOIN bounds
    LEFT JOIN reference.bank_holidays AS holidays ON days.calendar_date = holidays.day
    LEFT JOIN reference.term_dates AS terms
        ON days.calendar_date >= terms.starts_on AND days.calendar_date <= terms.ends_on
    WHERE days.calendar_date >= bounds.first_day AND days.calendar_date <= bounds.last_day
    GROUP BY days.calendar_date, days.month, days.academic_year, days.financial_year
)

SELECT
    calendar_date,
    month,
    academic_year,
    financial_year,
    is_school_day,
    cast(sum(CASE WHEN is_school_day THEN 1 ELSE 0 END) OVER (ORDER BY calendar_date) AS BIGINT) AS school_day_no
FROM marked
