-- Each timetable on each Monday on which it ran: the list to work through, for those who may see it. It is never mailed.
WITH weeks AS (
    SELECT monday, last_day, day_no_before
    FROM (
        SELECT
            cast(date_trunc('week', calendar_date) AS DATE) AS monday,
            max(calendar_date) AS last_day,
            min(school_day_no) - 1 AS day_no_before,
            row_number() OVER (ORDER BY date_trunc('week', calendar_date) DESC) AS nth
        FROM reference.school_calendar
        WHERE is_school_day AND cast(date_trunc('week', calendar_date) AS DATE) <= $as_of
        GROUP BY date_trunc('week', calendar_date)
    )
    WHERE nth <= 12
),

running AS (
    SELECT
        weeks.monday,
        weeks.day_no_before,
        timetables.timetable_id,
        timetables.pupil_key,
        timetables.urn,
        schools.school_name,
        schools.phase,
        coalesce(days.academic_start - pupils.birth_academic_year - 5, timetables.nc_year) AS nc_year,
        timetables.started_on,
        timetables.planned_end_on,
        timetables.review_due_on,
        timetables.reviewed_on,
        timetables.notified_on,
        timetables.hours_offered,
        timetables.hours_full,
        timetables.reason,
        timetables.parent_agreed,
        timetables.has_plan
    FROM weeks
    INNER JOIN reference.days AS days ON weeks.last_day = days.calendar_date
    INNER JOIN placements.part_time_timetables AS timetables
        ON
            timetables.started_on <= weeks.monday
            AND (timetables.ended_on IS NULL OR timetables.ended_on >= weeks.monday)
    INNER JOIN reference.schools AS schools ON timetables.urn = schools.urn
    LEFT JOIN pupils.pupils AS pupils ON timetables.pupil_key = pupils.pupil_key
    WHERE schools.phase IN ('primary', 'secondary', 'special')
),

statuses AS (
    SELECT
        running.monday,
        running.timetable_id,
        max(right(status.status, 1)) FILTER (WHERE status.status IN ('SEN_K', 'SEN_E')) AS sen_provision,
        -- A child who is looked after is counted as that.
        min(CASE status.status WHEN 'CLA' THEN 'CLA' WHEN 'CPP' THEN 'IN_NEED' WHEN 'CIN' THEN 'IN_NEED' END)
            AS social_care
    FROM running
    INNER JOIN pupils.pupil_status AS status
        ON
            running.pupil_key = status.pupil_key
            AND status.started_on <= running.monday
            AND (status.ended_on IS NULL OR status.ended_on >= running.monday)
    GROUP BY running.monday, running.timetable_id
),

half_terms AS (
    SELECT running.monday, running.timetable_id, count(*) AS half_terms
    FROM running
    INNER JOIN reference.term_dates AS terms
        ON terms.starts_on <= running.monday AND terms.ends_on >= running.started_on
    GROUP BY running.monday, running.timetable_id
),

counted AS (
    SELECT
        running.*,
        coalesce(statuses.sen_provision, 'N') AS sen_provision,
        coalesce(statuses.social_care, 'NO_SOCIAL_CARE') AS social_care,
        coalesce(half_terms.half_terms, 0) AS half_terms,
        coalesce(running.hours_full, hours.hours) - running.hours_offered AS hours_lost_weekly,
        coalesce(before_start.school_day_no, 0) AS start_no,
        planned.school_day_no AS planned_no,
        notified.school_day_no AS notified_no
    FROM running
    LEFT JOIN statuses ON running.monday = statuses.monday AND running.timetable_id = statuses.timetable_id
    LEFT JOIN half_terms ON running.monday = half_terms.monday AND running.timetable_id = half_terms.timetable_id
    LEFT JOIN reference.full_time_hours AS hours
        ON running.nc_year >= hours.nc_year_from AND running.nc_year <= hours.nc_year_to
    LEFT JOIN reference.school_calendar AS before_start
        ON running.started_on - INTERVAL '1 day' = before_start.calendar_date
    LEFT JOIN reference.school_calendar AS planned ON running.planned_end_on = planned.calendar_date
    LEFT JOIN reference.school_calendar AS notified ON running.notified_on = notified.calendar_date
    WHERE running.nc_year <= 11
),

reported AS (
    SELECT
        to_char(monday, '%G-w%V') AS week,
        monday,
        timetable_id,
        pupil_key,
        urn,
        school_name,
        phase,
        'Y' || lpad(cast(nc_year AS VARCHAR), 2, '0') AS year_group,
        sen_provision,
        social_care,
        started_on,
        reason,
        -- A short return to school, or less than twenty minutes a day: counted, and not judged.
        coalesce(reason = 'REINTEGRATION' AND planned_no - start_no < 15, FALSE)
        OR coalesce(hours_lost_weekly * 60 < 100, FALSE) AS is_exempt,
        -- The first day counts, and the Monday.
        monday - started_on + 1 > 7 * $part_time_weeks AS is_long,
        half_terms > 1 AS is_over_half_term,
        coalesce(review_due_on < monday AND (reviewed_on IS NULL OR reviewed_on > review_due_on), FALSE) AS is_review_late,
        review_due_on IS NULL AS lacks_review_date,
        planned_end_on IS NULL AS lacks_end,
        parent_agreed IS NOT NULL AND NOT parent_agreed AS lacks_agreement,
        parent_agreed IS NULL AS lacks_record_of_agreement,
        has_plan IS NULL OR NOT has_plan AS lacks_plan,
        reason = 'BEHAVIOUR' AS is_for_behaviour,
        CASE
            WHEN notified_on <= monday THEN coalesce(notified_no, 0) - start_no > $part_time_notice_days + 1
            ELSE day_no_before - start_no > $part_time_notice_days
        END AS is_notice_late,
        (notified_on IS NULL OR notified_on > monday)
        AND day_no_before - start_no <= $part_time_notice_days AS is_notice_awaited,
        cast(hours_lost_weekly * greatest(day_no_before - start_no, 0) / 5 AS DECIMAL(18, 2)) AS hours_lost
    FROM counted
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.week_states AS states ON reported.week = states.week
