WITH children AS (
    SELECT
        days.academic_year,
        spells.commissioner,
        spells.provision_type,
        spells.pupil_key,
        sum(attendance.sessions_possible) AS possible,
        sum(attendance.sessions_attended) AS attended
    FROM placements.attendance AS attendance
    INNER JOIN activity.placement_spells AS spells ON attendance.placement_id = spells.placement_id
    INNER JOIN reference.days AS days ON attendance.week_start + INTERVAL '4 days' = days.calendar_date
    INNER JOIN activity.covered_years AS years ON days.academic_year = years.academic_year
    GROUP BY days.academic_year, spells.commissioner, spells.provision_type, spells.pupil_key
),

-- A child with two kinds of placement counts in each, and in the total once with both.
cells AS (
    SELECT
        academic_year,
        coalesce(commissioner, 'all') AS commissioner,
        coalesce(provision_type, 'all') AS provision_type,
        pupil_key,
        sum(possible) AS possible,
        sum(attended) AS attended
    FROM children
    GROUP BY GROUPING SETS (
        (academic_year, commissioner, provision_type, pupil_key),
        (academic_year, commissioner, pupil_key),
        (academic_year, provision_type, pupil_key),
        (academic_year, pupil_key)
    )
),

reported AS (
    SELECT
        academic_year,
        commissioner,
        provision_type,
        count(*) AS children,
        cast(sum(possible) AS BIGINT) AS possible,
        cast(sum(attended) AS BIGINT) AS attended,
        count(*) FILTER (WHERE (possible - attended) * 10 >= possible) AS persistently_absent,
        count(*) FILTER (WHERE (possible - attended) * 2 >= possible) AS severely_absent
    FROM cells
    WHERE possible > 0
    GROUP BY academic_year, commissioner, provision_type
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
