-- From where a year is forecast: the running one from the last month that is known, and the two finished ones before it from
-- the same month, so that the forecast can be held against what came.
WITH running AS (
    SELECT * FROM cost_review.financial_states WHERE period_state = 'RUNNING'
),

points AS (
    SELECT 'NOW' AS basis, financial_start, financial_year, starts_on, ends_on, known_to
    FROM running
    UNION ALL
    SELECT
        'BACK_' || cast(running.financial_start - finished.financial_start AS VARCHAR) AS basis,
        finished.financial_start,
        finished.financial_year,
        finished.starts_on,
        finished.ends_on,
        cast(
            make_date(
                cast(date_part('year', running.known_to) AS BIGINT) - running.financial_start + finished.financial_start,
                cast(date_part('month', running.known_to) AS BIGINT),
                1
            ) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE
        ) AS known_to
    FROM running
    INNER JOIN cost_review.financial_states AS finished
        ON
            finished.period_state = 'FINISHED'
            AND finished.financial_start BETWEEN running.financial_start - 2 AND running.financial_start - 1
    WHERE running.known_to < running.ends_on
)

SELECT
    points.*,
    days.month AS known_month,
    calendar.school_day_no AS known_day_no,
    last_days.school_day_no AS last_day_no
FROM points
INNER JOIN reference.days AS days ON points.known_to = days.calendar_date
LEFT JOIN reference.school_calendar AS calendar ON points.known_to = calendar.calendar_date
LEFT JOIN reference.school_calendar AS last_days ON points.ends_on = last_days.calendar_date
