-- The same children before and in a placement: those with twenty possible sessions or more on either side.
WITH weeks AS (
    SELECT
        cast(date_trunc('week', calendar_date) AS DATE) AS monday,
        cast(row_number() OVER (ORDER BY date_trunc('week', calendar_date)) AS BIGINT) AS week_no
    FROM reference.school_calendar
    WHERE is_school_day
    GROUP BY date_trunc('week', calendar_date)
),

registers_from AS (
    SELECT min(week_start) + INTERVAL '84 days' AS first_day FROM outcomes.pupil_attendance
),

-- A child's first placement of the year.
starts AS (
    SELECT
        days.academic_year,
        spells.commissioner,
        spells.provision_type,
        spells.placement_id,
        spells.pupil_key,
        weeks.week_no,
        row_number() OVER (
            PARTITION BY days.academic_year, spells.pupil_key ORDER BY spells.started_on, spells.placement_id
        ) AS nth
    FROM registers_from
    CROSS JOIN activity.placement_spells AS spells
    INNER JOIN reference.days AS days ON spells.started_on = days.calendar_date
    INNER JOIN weeks ON cast(date_trunc('week', spells.started_on) AS DATE) = weeks.monday
    WHERE spells.started_on >= registers_from.first_day
),

before AS (
    SELECT
        starts.placement_id,
        sum(attendance.sessions_possible) AS possible,
        sum(attendance.sessions_attended) AS attended
    FROM starts
    INNER JOIN outcomes.pupil_attendance AS attendance ON starts.pupil_key = attendance.pupil_key
    INNER JOIN weeks ON attendance.week_start = weeks.monday
    WHERE starts.nth = 1 AND weeks.week_no >= starts.week_no - 12 AND weeks.week_no < starts.week_no
    GROUP BY starts.placement_id
),

during AS (
    SELECT placement_id, sum(sessions_possible) AS possible, sum(sessions_attended) AS attended
    FROM placements.attendance
    GROUP BY placement_id
),

paired AS (
    SELECT
        starts.academic_year,
        starts.commissioner,
        starts.provision_type,
        coalesce(before.possible >= 20 AND during.possible >= 20, FALSE) AS is_paired,
        cast(100 * before.attended AS DECIMAL(18, 6)) / nullif(before.possible, 0) AS before_share,
        cast(100 * during.attended AS DECIMAL(18, 6)) / nullif(during.possible, 0) AS during_share
    FROM starts
    LEFT JOIN before ON starts.placement_id = before.placement_id
    LEFT JOIN during ON starts.placement_id = during.placement_id
    WHERE starts.nth = 1
),

reported AS (
    SELECT
        academic_year,
        coalesce(commissioner, 'all') AS commissioner,
        coalesce(provision_type, 'all') AS provision_type,
        count(*) FILTER (WHERE is_paired) AS children_paired,
        count(*) FILTER (WHERE NOT is_paired) AS children_left_out,
        count(*) FILTER (WHERE is_paired AND during_share > before_share) AS improved,
        cast(avg(CASE WHEN is_paired THEN cast(before_share AS DECIMAL(18, 6)) END) AS DECIMAL(9, 2)) AS attendance_before,
        cast(avg(CASE WHEN is_paired THEN cast(during_share AS DECIMAL(18, 6)) END) AS DECIMAL(9, 2)) AS attendance_during,
        cast(avg(CASE WHEN is_paired THEN cast(during_share - before_share AS DECIMAL(18, 6)) END) AS DECIMAL(9, 2))
            AS attendance_gain
    FROM paired
    GROUP BY GROUPING SETS (
        (academic_year, commissioner, provision_type),
        (academic_year, commissioner),
        (academic_year, provision_type),
        (academic_year)
    )
),

-- Three years together, where one has too few: years that have none of the kind are none of the three.
pooled AS (
    SELECT
        reported.academic_year,
        reported.commissioner,
        reported.provision_type,
        count(*) AS years_pooled,
        cast(sum(earlier.children_paired) AS BIGINT) AS children_paired_three_years,
        cast(sum(earlier.improved) AS BIGINT) AS improved_three_years,
        cast(
            sum(cast(earlier.attendance_gain * earlier.children_paired AS DECIMAL(18, 6)))
            / nullif(sum(earlier.children_paired), 0) AS DECIMAL(9, 2)
        ) AS attendance_gain_three_years
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
    CASE
        WHEN reported.commissioner = 'all' AND reported.children_paired < 30
            THEN pooled.years_pooled
    END AS years_pooled,
    CASE
        WHEN reported.commissioner = 'all' AND reported.children_paired < 30
            THEN pooled.children_paired_three_years
    END AS children_paired_three_years,
    CASE
        WHEN reported.commissioner = 'all' AND reported.children_paired < 30
            THEN pooled.improved_three_years
    END AS improved_three_years,
    CASE
        WHEN reported.commissioner = 'all' AND reported.children_paired < 30
            THEN pooled.attendance_gain_three_years
    END AS attendance_gain_three_years,
    reported.commissioner = 'all' AND reported.children_paired < 30 AS is_pooled,
    states.period_state,
    states.known_to
FROM reported
INNER JOIN pooled
    ON
        reported.academic_year = pooled.academic_year
        AND reported.commissioner = pooled.commissioner
        AND reported.provision_type = pooled.provision_type
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
