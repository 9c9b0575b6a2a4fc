-- What was true of a timetable at the end of its year, or today for one that runs.
WITH years AS (
    SELECT years.academic_year, years.census_on, years.ends_on
    FROM activity.academic_years AS years
    CROSS JOIN (
        SELECT min(started_on) AS first_day, max(started_on) AS last_day FROM placements.part_time_timetables
    ) AS bounds
    WHERE years.starts_on + INTERVAL '31 days' >= bounds.first_day AND years.starts_on <= bounds.last_day
),

timetables AS (
    SELECT
        years.academic_year,
        schools.phase,
        timetables.started_on,
        timetables.ended_on,
        timetables.hours_full - timetables.hours_offered AS hours_lost_weekly,
        years.census_on,
        least(coalesce(timetables.ended_on, $as_at), years.ends_on, $as_at) AS seen_until,
        timetables.planned_end_on,
        timetables.parent_agreed,
        timetables.review_due_on,
        timetables.reviewed_on,
        timetables.notified_on
    FROM placements.part_time_timetables AS timetables
    INNER JOIN reference.days AS days ON timetables.started_on = days.calendar_date
    INNER JOIN years ON days.academic_year = years.academic_year
    INNER JOIN reference.schools AS schools ON timetables.urn = schools.urn
    WHERE schools.phase IN ('primary', 'secondary', 'special')
),

marked AS (
    SELECT
        academic_year,
        phase,
        hours_lost_weekly,
        started_on <= census_on AND (ended_on IS NULL OR ended_on >= census_on) AND census_on <= $as_at
            AS is_open_on_census_day,
        -- The first and the last day count.
        seen_until - started_on + 1 > 7 * $part_time_weeks AS is_long,
        parent_agreed IS NULL OR NOT parent_agreed AS lacks_agreement,
        planned_end_on IS NULL AS lacks_end,
        coalesce(review_due_on < seen_until AND (reviewed_on IS NULL OR reviewed_on > review_due_on), FALSE)
            AS is_review_late,
        review_due_on IS NULL AS lacks_review_date,
        notified_on IS NULL OR notified_on - started_on > 14 AS is_notice_late
    FROM timetables
),

counted AS (
    SELECT
        academic_year,
        phase,
        count(*) AS timetables_begun,
        count(*) FILTER (WHERE is_open_on_census_day) AS open_on_census_day,
        count(*) FILTER (WHERE is_long) AS longer_than_allowed,
        count(*) FILTER (WHERE lacks_agreement) AS without_agreement,
        count(*) FILTER (WHERE lacks_end) AS without_end,
        count(*) FILTER (WHERE is_review_late) AS review_late,
        count(*) FILTER (WHERE lacks_review_date) AS no_review_date,
        count(*) FILTER (WHERE is_notice_late) AS notice_late,
        sum(hours_lost_weekly) AS hours_lost_weekly
    FROM marked
    GROUP BY academic_year, phase
),

roll AS (
    SELECT academic_year, phase, cast(sum(pupils) AS BIGINT) AS january_roll
    FROM activity.january_roll
    GROUP BY academic_year, phase
),

cells AS (
    SELECT
        years.academic_year,
        phases.phase,
        coalesce(counted.timetables_begun, 0) AS timetables_begun,
        CASE WHEN years.census_on <= $as_at THEN coalesce(counted.open_on_census_day, 0) END AS open_on_census_day,
        coalesce(counted.longer_than_allowed, 0) AS longer_than_allowed,
        coalesce(counted.without_agreement, 0) AS without_agreement,
        coalesce(counted.without_end, 0) AS without_end,
        coalesce(counted.review_late, 0) AS review_late,
        coalesce(counted.no_review_date, 0) AS no_review_date,
        coalesce(counted.notice_late, 0) AS notice_late,
        counted.hours_lost_weekly,
        roll.january_roll
    FROM years
    CROSS JOIN (VALUES ('primary'), ('secondary'), ('special')) AS phases (phase)
    LEFT JOIN counted ON years.academic_year = counted.academic_year AND phases.phase = counted.phase
    LEFT JOIN roll ON years.academic_year = roll.academic_year AND phases.phase = roll.phase
),

totals AS (
    SELECT
        academic_year,
        coalesce(phase, 'all') AS phase,
        cast(sum(timetables_begun) AS BIGINT) AS timetables_begun,
        cast(sum(open_on_census_day) AS BIGINT) AS open_on_census_day,
        cast(sum(january_roll) AS BIGINT) AS january_roll,
        cast(sum(longer_than_allowed) AS BIGINT) AS longer_than_allowed,
        cast(sum(without_agreement) AS BIGINT) AS without_agreement,
        cast(sum(without_end) AS BIGINT) AS without_end,
        cast(sum(review_late) AS BIGINT) AS review_late,
        cast(sum(no_review_date) AS BIGINT) AS no_review_date,
        cast(sum(notice_late) AS BIGINT) AS notice_late,
        sum(hours_lost_weekly) AS hours_lost_weekly
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
),

reported AS (
    SELECT
        academic_year,
        phase,
        timetables_begun,
        open_on_census_day,
        january_roll,
        longer_than_allowed,
        without_agreement,
        without_end,
        review_late,
        no_review_date,
        notice_late,
        hours_lost_weekly
    FROM totals
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'REGISTERS'
