-- What came and went between two Mondays of school weeks, the second one not yet over.
WITH mondays AS (
    SELECT monday, last_day, lag(monday) OVER (ORDER BY monday) AS monday_before
    FROM (
        SELECT cast(date_trunc('week', calendar_date) AS DATE) AS monday, max(calendar_date) AS last_day
        FROM reference.school_calendar
        WHERE is_school_day AND cast(date_trunc('week', calendar_date) AS DATE) <= $as_of
        GROUP BY date_trunc('week', calendar_date)
    )
),

weeks AS (
    SELECT mondays.monday, mondays.monday_before, days.academic_start
    FROM mondays
    INNER JOIN reference.days AS days ON mondays.last_day = days.calendar_date
    WHERE mondays.monday_before IS NOT NULL
    ORDER BY mondays.monday DESC
    LIMIT 12
),

reported AS (
    SELECT
        to_char(weeks.monday, '%G-w%V') AS week,
        count(timetables.timetable_id)
            FILTER (WHERE timetables.started_on > weeks.monday_before AND timetables.started_on <= weeks.monday) AS begun,
        count(timetables.timetable_id)
            FILTER (WHERE timetables.ended_on >= weeks.monday_before AND timetables.ended_on < weeks.monday) AS ended
    FROM weeks
    LEFT JOIN placements.part_time_timetables AS timetables
        ON
            (timetables.started_on > weeks.monday_before AND timetables.started_on <= weeks.monday)
            OR (timetables.ended_on >= weeks.monday_before AND timetables.ended_on < weeks.monday)
    LEFT JOIN pupils.pupils AS pupils ON timetables.pupil_key = pupils.pupil_key
    LEFT JOIN reference.schools AS schools ON timetables.urn = schools.urn
    WHERE
        timetables.timetable_id IS NULL
        OR (
            schools.phase IN ('primary', 'secondary', 'special')
            AND coalesce(weeks.academic_start - pupils.birth_academic_year - 5, timetables.nc_year) <= 11
        )
    GROUP BY weeks.monday
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.week_states AS states ON reported.week = states.week
