-- What is known of a year ends with what its records hold: the log of exclusions, the weeks of attendance and the terms of
-- absence are appended, the registers come whole each time. A figure that rests on several is known as far as the one that
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

dated AS (
    SELECT series, cast(last_day AS DATE) AS last_day FROM appended
),

-- A year is over when it was when the report was made, or when something is on record from after it.
reached AS (
    SELECT greatest(least($period_end, $known_to), max(last_day)) AS last_day FROM dated
),

-- Logs come by the year: of one that is over nothing more is awaited.
whole AS (
    SELECT
        dated.series,
        CASE
            WHEN dated.series IN ('EXCLUSIONS', 'FAIR_ACCESS') AND years.ends_on <= reached.last_day THEN years.ends_on
            ELSE dated.last_day
        END AS last_day
    FROM reached
    CROSS JOIN dated
    LEFT JOIN activity.academic_years AS years ON dated.last_day BETWEEN years.starts_on AND years.ends_on
),

held AS (
    SELECT series, last_day FROM whole
    UNION ALL
    SELECT 'SEVERAL' AS series, min(last_day) AS last_day
    FROM whole
    WHERE series IN ('ATTENDANCE', 'EXCLUSIONS', 'REGISTERS')
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
