WITH counted AS (
    SELECT
        academic_year,
        CASE
            WHEN phase IS NOT NULL THEN 'phase'
            WHEN year_group IS NOT NULL THEN 'year_group'
            WHEN sex IS NOT NULL THEN 'sex'
            WHEN ethnicity IS NOT NULL THEN 'ethnicity'
            WHEN fsm IS NOT NULL THEN 'fsm'
            WHEN sen_provision IS NOT NULL THEN 'sen_provision'
            WHEN primary_need IS NOT NULL THEN 'primary_need'
            WHEN social_care IS NOT NULL THEN 'social_care'
            ELSE 'ward'
        END AS characteristic,
        coalesce(phase, year_group, sex, ethnicity, fsm, sen_provision, primary_need, social_care, ward) AS value,
        count(*) FILTER (WHERE category = 'PERM') AS permanent_exclusions,
        count(*) FILTER (WHERE category = 'SUSP') AS suspensions,
        -- A child is counted once a year, by what was true at the first of its suspensions.
        count(*) FILTER (WHERE category = 'SUSP' AND nth_in_year = 1) AS pupils_suspended,
        coalesce(sum(sessions) FILTER (WHERE category = 'SUSP'), 0) AS sessions_lost
    FROM activity.exclusion_events
    WHERE stands
    GROUP BY
        academic_year,
        GROUPING SETS (
            (phase), (year_group), (sex), (ethnicity), (fsm), (sen_provision), (primary_need), (social_care), (ward)
        )
),

known AS (
    SELECT academic_year, characteristic, value FROM counted
    UNION
    SELECT academic_year, characteristic, value
    FROM needs_assessment.roll_by_characteristic
    WHERE value <> 'all' AND characteristic <> 'pupil_premium'
),

-- Every year of the log with every group that either the log or the roll knows, so that none is shown as none; but
-- of what nobody recorded in a year, nothing is shown as none.
recorded AS (
    SELECT academic_year, characteristic, bool_or(value <> 'NOT_RECORDED') AS is_recorded
    FROM known
    GROUP BY academic_year, characteristic
),

cells AS (
    SELECT
        recorded.academic_year,
        recorded.characteristic,
        groups.value,
        coalesce(counted.permanent_exclusions, 0) AS permanent_exclusions,
        coalesce(counted.suspensions, 0) AS suspensions,
        coalesce(counted.pupils_suspended, 0) AS pupils_suspended,
        coalesce(counted.sessions_lost, 0) AS sessions_lost
    FROM (SELECT DISTINCT academic_year FROM activity.exclusion_events) AS years
    INNER JOIN recorded ON years.academic_year = recorded.academic_year
    INNER JOIN (SELECT DISTINCT characteristic, value FROM known) AS groups
        ON
            recorded.characteristic = groups.characteristic
            AND (recorded.is_recorded OR groups.value = 'NOT_RECORDED')
    LEFT JOIN counted
        ON
            recorded.academic_year = counted.academic_year
            AND groups.characteristic = counted.characteristic
            AND groups.value = counted.value
),

totals AS (
    SELECT
        academic_year,
        characteristic,
        coalesce(value, 'all') AS value,
        cast(sum(permanent_exclusions) AS BIGINT) AS permanent_exclusions,
        cast(sum(suspensions) AS BIGINT) AS suspensions,
        cast(sum(pupils_suspended) AS BIGINT) AS pupils_suspended,
        cast(sum(sessions_lost) AS BIGINT) AS sessions_lost
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, characteristic, value), (academic_year, characteristic))
)

-- A year with a roll has nobody in a group that the roll does not know; a year without one has no roll at all.
SELECT
    totals.academic_year,
    totals.characteristic,
    totals.value,
    totals.permanent_exclusions,
    CASE WHEN census.academic_year IS NOT NULL THEN coalesce(roll.pupils, 0) END AS january_roll,
    totals.suspensions,
    totals.pupils_suspended,
    cast(exact(totals.sessions_lost) / 2 AS DECIMAL(12, 1)) AS school_days_lost,
    states.period_state,
    states.known_to
FROM totals
LEFT JOIN activity.census_days AS census ON totals.academic_year = census.academic_year
LEFT JOIN needs_assessment.roll_by_characteristic AS roll
    ON
        totals.academic_year = roll.academic_year
        AND totals.characteristic = roll.characteristic
        AND totals.value = roll.value
LEFT JOIN needs_assessment.series_states AS states
    ON totals.academic_year = states.academic_year AND states.series = 'EXCLUSIONS'
