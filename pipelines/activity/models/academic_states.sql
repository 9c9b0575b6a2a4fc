-- What is known of a year ends with the last week of which attendance in placements was returned, or with what is reported.
WITH held AS (
    SELECT cast(max(week_start) + INTERVAL '4 days' AS DATE) AS last_day FROM placements.attendance
),

-- A year is over when it was when the tables were made, or when something is on record from after it.
reached AS (
    SELECT last_day AS known_to, greatest(least($period_end, $known_to), last_day) AS last_day FROM held
)

SELECT
    years.academic_year,
    CASE
        WHEN years.ends_on <= reached.last_day THEN 'FINISHED'
        WHEN years.starts_on <= reached.last_day THEN 'RUNNING'
        ELSE 'FUTURE'
    END AS period_state,
    least(reached.known_to, years.ends_on, $known_to) AS known_to
FROM reached
CROSS JOIN activity.academic_years AS years
WHERE years.starts_on <= reached.last_day + INTERVAL '12 months'
