-- What is known of a year ends with what its records hold: the log of exclusions, the weeks of attendance and the terms of
-- absence are appended, the registers are handed over whole. A figure that rests on several is known as far as the one that
-- ends first.
WITH terms AS (
    SELECT max(days.calendar_date) AS last_day
    FROM (
        SELECT academic_year, term, row_number() OVER (ORDER BY academic_year DESC, term_no DESC) AS nth
        FROM (
            SELECT DISTINCT
                academic_year,
                term,
                CASE term WHEN 'autumn' THEN 1 WHEN 'spring' THEN 2 ELSE 3 END AS term_no
            FROM outcomes.school_absence
        )
    ) AS newest
    INNER JOIN reference.days AS days ON newest.academic_year = days.academic_year AND newest.term = days.term
    WHERE newest.nth = 1
),

appended AS (
    SELECT 'ABSENCE' AS series, last_day FROM terms
    UNION ALL
    SELECT 'ATTENDANCE' AS series, max(week_start) + INTERVAL '4 days' AS last_day FROM placements.attendance
    UNION ALL
    SELECT 'EXCLUSIONS' AS series, max(started_on) AS last_day FROM activity.exclusion_events
    UNION ALL
    SELECT 'FAIR_ACCESS' AS series, max(referred_on) AS last_day FROM outcomes.fair_access
    UNION ALL
    SELECT 'REGISTERS' AS series, max(started_on) AS last_day
    FROM (
        SELECT started_on FROM outcomes.home_education
        UNION ALL
        SELECT started_on FROM outcomes.missing_education
        UNION ALL
        SELECT started_on FROM outcomes.managed_moves
        UNION ALL
        SELECT started_on FROM placements.part_time_timetables
        UNION ALL
        SELECT referred_on AS started_on FROM placements.referrals
        UNION ALL
        SELECT entered_on AS started_on FROM pupils.school_roll
    )
),

held AS (
    SELECT series, cast(last_day AS DATE) AS last_day FROM appended
    UNION ALL
    SELECT 'SEVERAL' AS series, cast(min(last_day) AS DATE) AS last_day
    FROM appended
    WHERE series IN ('ATTENDANCE', 'EXCLUSIONS', 'REGISTERS')
),

-- A year is over when it was when the report was made, or when something is on record from after it.
reached AS (
    SELECT greatest(least($period_end, $known_to), max(last_day)) AS last_day FROM held
)

SELECT
    held.series,
    years.academic_year,
    CASE
        WHEN years.ends_on <= reached.last_day THEN 'FINISHED'
        WHEN years.starts_on <= reached.last_day THEN 'RUNNING'
        ELSE 'FUTURE'
    END AS period_state,
    least(held.last_day, years.ends_on, $known_to) AS known_to
FROM reached
CROSS JOIN held
CROSS JOIN activity.academic_years AS years
WHERE years.starts_on <= reached.last_day + INTERVAL '12 months'
