-- One row for each permanent exclusion, and each suspension of more than five days, that stands: what the child had on the
-- day on which the duty begins. Known is what came by the last week with attendance: exclusions of July are due in
-- September.
WITH due AS (
    SELECT
        events.academic_year,
        events.exclusion_id,
        CASE events.category WHEN 'PERM' THEN 'EXCLUSION' ELSE 'SUSPENSION' END AS duty,
        events.pupil_key,
        events.urn,
        events.started_on,
        years.last_day,
        sixth.calendar_date AS due_on,
        stricter.calendar_date AS stricter_due_on
    FROM activity.exclusion_events AS events
    INNER JOIN activity.covered_years AS years ON events.academic_year = years.academic_year
    INNER JOIN reference.school_calendar AS calendar ON events.started_on = calendar.calendar_date
    -- The first school day after the exclusion is day one; by the stricter reading the day of the exclusion is. Of a
    -- suspension its first day is day one by either.
    INNER JOIN reference.school_calendar AS sixth
        ON
            calendar.school_day_no
            + CASE events.category WHEN 'PERM' THEN $day_six_offset ELSE $day_six_offset_of_suspensions END
            = sixth.school_day_no
            AND sixth.is_school_day
    INNER JOIN reference.school_calendar AS stricter
        ON
            calendar.school_day_no
            + CASE events.category WHEN 'PERM' THEN $day_six_offset - 1 ELSE $day_six_offset_of_suspensions END
            = stricter.school_day_no
            AND stricter.is_school_day
    WHERE
        events.stands
        AND (events.category = 'PERM' OR events.sessions > 10)
        AND events.started_on <= $as_at
        AND sixth.calendar_date <= years.last_day
),

-- Placements that were open on the day of the exclusion or began later, and new rolls of schools that are not
-- alternative provision: a roll there says who teaches a child and not for how many sessions.
offers AS (
    SELECT
        due.exclusion_id,
        spells.started_on,
        -- What is open as far as is known has no last day yet.
        CASE WHEN spells.end_basis NOT IN ('OPEN', 'OPEN_PROVIDER_SILENT') THEN spells.counts_to END AS open_to,
        -- Full time on record is full time, however many sessions a week stand beside it.
        CASE WHEN placements.attendance_pattern = 'FT' THEN 10 ELSE spells.sessions_per_week END AS sessions
    FROM due
    INNER JOIN activity.placement_spells AS spells ON due.pupil_key = spells.pupil_key
    INNER JOIN placements.placements AS placements ON spells.placement_id = placements.placement_id
    UNION ALL
    SELECT
        due.exclusion_id,
        roll.entered_on AS started_on,
        roll.left_on AS open_to,
        10 AS sessions
    FROM due
    INNER JOIN pupils.school_roll AS roll ON due.pupil_key = roll.pupil_key
    LEFT JOIN reference.schools AS schools ON roll.urn = schools.urn
    WHERE
        roll.enrol_status IN ('C', 'M')
        AND roll.urn <> due.urn
        AND roll.entered_on > due.started_on
        AND coalesce(schools.phase, '') <> 'AP'
),

-- What adds up to full time changes only where something begins.
moments AS (
    SELECT exclusion_id, due_on AS day, 'due' AS moment FROM due
    UNION ALL
    SELECT exclusion_id, stricter_due_on AS day, 'stricter' AS moment FROM due
    UNION ALL
    SELECT DISTINCT offers.exclusion_id, offers.started_on AS day, 'later' AS moment
    FROM offers
    INNER JOIN due ON offers.exclusion_id = due.exclusion_id
    WHERE offers.started_on > due.due_on AND offers.started_on <= due.last_day
),

open_then AS (
    SELECT
        moments.exclusion_id,
        moments.moment,
        moments.day,
        sum(offers.sessions) >= 10 AS is_full_time
    FROM moments
    INNER JOIN offers
        ON
            moments.exclusion_id = offers.exclusion_id
            AND offers.started_on <= moments.day
            AND (offers.open_to IS NULL OR offers.open_to >= moments.day)
    GROUP BY moments.exclusion_id, moments.moment, moments.day
),

had AS (
    SELECT
        exclusion_id,
        bool_or(is_full_time) FILTER (WHERE moment = 'due') AS by_six,
        bool_or(is_full_time) FILTER (WHERE moment = 'stricter') AS by_five,
        bool_or(is_full_time) FILTER (WHERE moment = 'later') AS later
    FROM open_then
    GROUP BY exclusion_id
)

-- Of nothing that was open a moment says nothing, neither full time nor part time.
SELECT
    due.academic_year,
    due.exclusion_id,
    due.duty,
    due.due_on,
    CASE
        WHEN had.by_six THEN 'FULL_TIME'
        WHEN had.by_six IS NOT NULL THEN 'PART_TIME'
        WHEN had.later THEN 'FULL_TIME_LATER'
        WHEN had.later IS NOT NULL THEN 'PART_TIME_LATER'
        ELSE 'NONE'
    END AS provision,
    CASE
        WHEN had.by_five THEN 'FULL_TIME'
        WHEN had.by_five IS NOT NULL THEN 'PART_TIME'
        WHEN coalesce(had.by_six, FALSE) OR coalesce(had.later, FALSE) THEN 'FULL_TIME_LATER'
        WHEN had.by_six IS NOT NULL OR had.later IS NOT NULL THEN 'PART_TIME_LATER'
        ELSE 'NONE'
    END AS stricter_provision
FROM due
LEFT JOIN had ON due.exclusion_id = had.exclusion_id
