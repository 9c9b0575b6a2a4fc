-- Placements that were to end, of children young enough to come back. Whether a return lasts is seen after 65 school days, on
-- the same roll and by the school's register; without a register it is not known, and has not failed.
WITH known AS (
    SELECT max(school_day_no) AS school_day_no FROM reference.school_calendar WHERE calendar_date <= $as_of
),

ended AS (
    SELECT
        days.academic_year,
        spells.commissioner,
        spells.provision_type,
        placements.placement_id,
        placements.pupil_key,
        placements.ended_on,
        placements.end_reason,
        spells.last_day_no AS end_no,
        spells.last_day_no - spells.first_day_no + 1 AS length
    FROM placements.placements AS placements
    INNER JOIN activity.placement_spells AS spells ON placements.placement_id = spells.placement_id
    INNER JOIN reference.days AS days ON placements.ended_on = days.calendar_date
    INNER JOIN activity.covered_years AS years ON days.academic_year = years.academic_year
    LEFT JOIN pupils.pupils AS pupils ON placements.pupil_key = pupils.pupil_key
    WHERE
        placements.planned_end_on IS NOT NULL
        AND placements.legal_basis NOT IN ('EHCP_NAMED', 'S61_EOTAS')
        AND coalesce(days.academic_start - pupils.birth_academic_year - 5, placements.nc_year) <= 10
),

-- A child who was on the roll all the while came back on the day of the end.
rolls AS (
    SELECT
        ended.placement_id,
        ended.pupil_key,
        roll.urn,
        roll.left_on,
        CASE WHEN roll.entered_on <= ended.ended_on THEN ended.end_no ELSE entered.school_day_no END AS from_no,
        row_number() OVER (
            PARTITION BY ended.placement_id ORDER BY roll.left_on DESC NULLS FIRST, roll.entered_on, roll.urn
        ) AS nth
    FROM ended
    INNER JOIN pupils.school_roll AS roll
        ON
            ended.pupil_key = roll.pupil_key
            AND roll.enrol_status IN ('C', 'M')
            AND (roll.left_on IS NULL OR roll.left_on > ended.ended_on)
    INNER JOIN reference.schools AS schools ON roll.urn = schools.urn
    LEFT JOIN reference.school_calendar AS entered ON roll.entered_on = entered.calendar_date
    WHERE
        (roll.entered_on <= ended.ended_on OR entered.school_day_no <= ended.end_no + 20)
        AND (
            (ended.end_reason = 'PLANNED_REINTEGRATED_MAINSTREAM' AND schools.phase IN ('primary', 'secondary'))
            OR (ended.end_reason = 'PLANNED_TO_SPECIAL' AND schools.phase = 'special')
        )
),

registers AS (
    SELECT
        rolls.placement_id,
        sum(attendance.sessions_possible) AS possible,
        sum(attendance.sessions_attended) AS attended
    FROM rolls
    INNER JOIN outcomes.pupil_attendance AS attendance
        ON rolls.pupil_key = attendance.pupil_key AND rolls.urn = attendance.urn
    INNER JOIN reference.school_calendar AS days ON attendance.week_start + INTERVAL '4 days' = days.calendar_date
    WHERE rolls.nth = 1 AND days.school_day_no > rolls.from_no AND days.school_day_no <= rolls.from_no + 65
    GROUP BY rolls.placement_id
),

marked AS (
    SELECT
        ended.academic_year,
        ended.commissioner,
        ended.provision_type,
        ended.length,
        rolls.placement_id IS NOT NULL AS is_back,
        coalesce(rolls.from_no + 65 <= known.school_day_no, FALSE) AS has_elapsed,
        rolls.left_on IS NULL OR last.school_day_no >= rolls.from_no + 65 AS is_on_roll,
        registers.possible,
        registers.attended
    FROM known
    CROSS JOIN ended
    LEFT JOIN rolls ON ended.placement_id = rolls.placement_id AND rolls.nth = 1
    LEFT JOIN registers ON ended.placement_id = registers.placement_id
    LEFT JOIN reference.school_calendar AS last ON rolls.left_on = last.calendar_date
),

-- Registers are asked for since a while only: of a year of whose returns most have none nothing is said.
years AS (
    SELECT
        academic_year,
        count(*) FILTER (WHERE is_back AND has_elapsed AND possible > 0)
        >= count(*) FILTER (WHERE is_back AND has_elapsed AND coalesce(possible, 0) = 0) AS is_followed
    FROM marked
    GROUP BY academic_year
),

cells AS (
    SELECT
        academic_year,
        coalesce(commissioner, 'all') AS commissioner,
        coalesce(provision_type, 'all') AS provision_type,
        count(*) AS time_limited,
        count(*) FILTER (WHERE is_back AND length <= 60) AS within_12_weeks,
        count(*) FILTER (WHERE is_back AND length <= 130) AS within_26_weeks,
        count(*) FILTER (WHERE is_back AND length <= 190) AS within_38_weeks,
        count(*) FILTER (WHERE is_back AND NOT has_elapsed) AS not_elapsed,
        count(*) FILTER (WHERE is_back AND has_elapsed AND coalesce(possible, 0) = 0) AS attendance_unknown,
        count(*) FILTER (WHERE is_back AND has_elapsed AND possible > 0) AS followed,
        count(*) FILTER (
            WHERE is_back AND has_elapsed AND is_on_roll AND possible > 0 AND attended * 100 >= possible * 85
        ) AS sustained
    FROM marked
    GROUP BY GROUPING SETS (
        (academic_year, commissioner, provision_type),
        (academic_year, commissioner),
        (academic_year, provision_type),
        (academic_year)
    )
),

reported AS (
    SELECT
        cells.academic_year,
        cells.commissioner,
        cells.provision_type,
        cells.time_limited,
        cells.within_12_weeks,
        cells.within_26_weeks,
        cells.within_38_weeks,
        cells.not_elapsed,
        cells.attendance_unknown,
        CASE WHEN years.is_followed THEN cells.followed END AS followed,
        CASE WHEN years.is_followed THEN cells.sustained END AS sustained
    FROM cells
    INNER JOIN years ON cells.academic_year = years.academic_year
),

-- Three years together, where one has too few: years that have none of the kind are none of the three.
pooled AS (
    SELECT
        reported.academic_year,
        reported.commissioner,
        reported.provision_type,
        count(*) AS years_pooled,
        cast(sum(earlier.time_limited) AS BIGINT) AS time_limited_three_years,
        cast(sum(earlier.within_38_weeks) AS BIGINT) AS within_38_weeks_three_years,
        cast(sum(earlier.followed) AS BIGINT) AS followed_three_years,
        cast(sum(earlier.sustained) AS BIGINT) AS sustained_three_years
    FROM reported
    INNER JOIN reported AS earlier
        ON
            reported.commissioner = earlier.commissioner
            AND reported.provision_type = earlier.provision_type
            AND cast(left(earlier.academic_year, 4) AS BIGINT)
            BETWEEN cast(left(reported.academic_year, 4) AS BIGINT) - 2 AND cast(left(reported.academic_year, 4) AS BIGINT)
    GROUP BY reported.academic_year, reported.commissioner, reported.provision_type
)

SELECT
    reported.*,
    CASE WHEN reported.commissioner = 'all' AND reported.time_limited < 30 THEN pooled.years_pooled END AS years_pooled,
    CASE
        WHEN reported.commissioner = 'all' AND reported.time_limited < 30
            THEN pooled.time_limited_three_years
    END AS time_limited_three_years,
    CASE
        WHEN reported.commissioner = 'all' AND reported.time_limited < 30
            THEN pooled.within_38_weeks_three_years
    END AS within_38_weeks_three_years,
    CASE
        WHEN reported.commissioner = 'all' AND coalesce(reported.followed, 0) < 30
            THEN pooled.followed_three_years
    END AS followed_three_years,
    CASE
        WHEN reported.commissioner = 'all' AND coalesce(reported.followed, 0) < 30
            THEN pooled.sustained_three_years
    END AS sustained_three_years,
    reported.commissioner = 'all' AND reported.time_limited < 30 AS is_pooled,
    reported.commissioner = 'all' AND coalesce(reported.followed, 0) < 30 AS is_return_pooled,
    states.period_state,
    states.known_to
FROM reported
INNER JOIN pooled
    ON
        reported.academic_year = pooled.academic_year
        AND reported.commissioner = pooled.commissioner
        AND reported.provision_type = pooled.provision_type
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
