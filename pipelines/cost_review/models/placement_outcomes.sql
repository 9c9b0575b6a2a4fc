-- What became of the council's placements that ended: on the roll of a mainstream or special school within 20 school days,
-- and still there 65 school days later. Until 85 school days have passed since the end nothing can be said.
WITH days AS (
    SELECT calendar_date, school_day_no, is_school_day FROM reference.school_calendar
),

known AS (
    SELECT max(school_day_no) AS school_day_no FROM days WHERE calendar_date <= $as_of
),

ended AS (
    SELECT
        costs.placement_id,
        costs.provision_type,
        costs.ended_in AS financial_year,
        costs.cost,
        placements.pupil_key,
        placements.ended_on,
        placements.end_reason,
        days.school_day_no AS end_no
    FROM cost_review.placement_costs AS costs
    INNER JOIN placements.placements AS placements ON costs.placement_id = placements.placement_id
    INNER JOIN days ON placements.ended_on = days.calendar_date
    WHERE costs.ended_in IS NOT NULL AND placements.ended_on IS NOT NULL
),

-- A child who was on the roll all the while, as dually registered ones are, came back on the day of the end.
rolls AS (
    SELECT
        ended.placement_id,
        CASE WHEN roll.entered_on <= ended.ended_on THEN ended.end_no ELSE entered.school_day_no END AS from_no,
        roll.left_on
    FROM ended
    INNER JOIN pupils.school_roll AS roll
        ON
            ended.pupil_key = roll.pupil_key
            AND roll.enrol_status IN ('C', 'M')
            AND (roll.left_on IS NULL OR roll.left_on > ended.ended_on)
    INNER JOIN reference.schools AS schools
        ON roll.urn = schools.urn AND schools.phase IN ('primary', 'secondary', 'special')
    LEFT JOIN days AS entered ON roll.entered_on = entered.calendar_date
    WHERE
        ended.end_reason IN ('PLANNED_REINTEGRATED_MAINSTREAM', 'PLANNED_TO_SPECIAL')
        AND (roll.entered_on <= ended.ended_on OR entered.school_day_no <= ended.end_no + 20)
),

stayed AS (
    SELECT DISTINCT rolls.placement_id
    FROM rolls
    LEFT JOIN days AS last ON rolls.left_on = last.calendar_date
    WHERE rolls.left_on IS NULL OR last.school_day_no >= rolls.from_no + 65
)

SELECT
    ended.placement_id,
    ended.financial_year,
    ended.provision_type,
    ended.cost,
    ended.end_no + 85 <= known.school_day_no AS has_elapsed,
    stayed.placement_id IS NOT NULL AS is_sustained
FROM ended
CROSS JOIN known
LEFT JOIN stayed ON ended.placement_id = stayed.placement_id
