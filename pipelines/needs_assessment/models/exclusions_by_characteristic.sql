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
    FROM needs_assessment.exclusion_events
    WHERE stands
    GROUP BY
        academic_year,
        GROUPING SETS (
            (phase), (year_group), (sex), (ethnicity), (fsm), (sen_provision), (primary_need), (social_care), (ward)
        )
),

-- Every year of the log with every group that either the log or the roll knows, so that none is shown as none.
known AS (
    SELECT characteristic, value FROM counted
    UNION
    SELECT characteristic, value
    FROM needs_assessment.roll_by_characteristic
    WHERE value <> 'all' AND characteristic <> 'pupil_premium'
),

cells AS (
    SELECT
        years.academic_year,
        known.characteristic,
        known.value,
        coalesce(counted.permanent_exclusions, 0) AS permanent_exclusions,
        coalesce(counted.suspensions, 0) AS suspensions,
        coalesce(counted.pupils_suspended, 0) AS pupils_suspended,
        coalesce(counted.sessions_lost, 0) AS sessions_lost
    FROM (SELECT DISTINCT academic_year FROM needs_assessment.exclusion_events) AS years
    CROSS JOIN known
    LEFT JOIN counted
        ON
            years.academic_year = counted.academic_year
            AND known.characteristic = counted.characteristic
            AND known.value = counted.value
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
),

-- A year with a roll has nobody in a group that the roll does not know; a year without one has no roll at all.
rated AS (
    SELECT
        totals.*,
        CASE WHEN census.academic_year IS NOT NULL THEN coalesce(roll.pupils, 0) END AS january_roll,
        cast(totals.permanent_exclusions AS DOUBLE) AS events,
        cast(totals.pupils_suspended AS DOUBLE) / nullif(roll.pupils, 0) AS share_suspended,
        cast(nullif(roll.pupils, 0) AS DOUBLE) AS pupils
    FROM totals
    LEFT JOIN needs_assessment.census_days AS census ON totals.academic_year = census.academic_year
    LEFT JOIN needs_assessment.roll_by_characteristic AS roll
        ON
            totals.academic_year = roll.academic_year
            AND totals.characteristic = roll.characteristic
            AND totals.value = roll.value
),

-- Byar's limits of a count of events.
limited AS (
    SELECT
        *,
        CASE
            WHEN events > 0
                THEN events * power(1 - 1 / (9 * events) - 1.96 / (3 * sqrt(events)), 3)
            ELSE 0
        END AS events_low,
        (events + 1) * power(1 - 1 / (9 * (events + 1)) + 1.96 / (3 * sqrt(events + 1)), 3) AS events_high
    FROM rated
)

SELECT
    academic_year,
    characteristic,
    value,
    permanent_exclusions,
    january_roll,
    cast(cast(100 * permanent_exclusions AS DECIMAL(24, 6)) / nullif(january_roll, 0) AS DECIMAL(12, 4))
        AS permanent_exclusion_rate,
    cast(100 * events_low / pupils AS DECIMAL(12, 4)) AS permanent_exclusion_rate_low,
    cast(100 * events_high / pupils AS DECIMAL(12, 4)) AS permanent_exclusion_rate_high,
    suspensions,
    pupils_suspended,
    cast(cast(sessions_lost AS DECIMAL(24, 6)) / 2 AS DECIMAL(12, 1)) AS school_days_lost,
    cast(cast(sessions_lost AS DECIMAL(24, 6)) / nullif(2 * suspensions, 0) AS DECIMAL(12, 4)) AS mean_days,
    cast(cast(suspensions AS DECIMAL(24, 6)) / nullif(pupils_suspended, 0) AS DECIMAL(12, 4)) AS suspensions_per_child,
    cast(cast(100 * suspensions AS DECIMAL(24, 6)) / nullif(january_roll, 0) AS DECIMAL(12, 4)) AS suspension_rate,
    cast(cast(100 * pupils_suspended AS DECIMAL(24, 6)) / nullif(january_roll, 0) AS DECIMAL(12, 4))
        AS one_plus_suspension_rate,
    -- Wilson's limits of a proportion; a child suspended in a group that it had left by January can make the share
    -- more than one, which has no limits.
    CASE
        WHEN share_suspended <= 1 THEN
            cast(
                100 * (
                    share_suspended + 1.9208 / pupils
                    - 1.96 * sqrt(
                        greatest(share_suspended * (1 - share_suspended), 0) / pupils + 0.9604 / (pupils * pupils)
                    )
                ) / (1 + 3.8416 / pupils) AS DECIMAL(12, 4)
            )
    END AS one_plus_suspension_rate_low,
    CASE
        WHEN share_suspended <= 1 THEN
            cast(
                100 * (
                    share_suspended + 1.9208 / pupils
                    + 1.96 * sqrt(
                        greatest(share_suspended * (1 - share_suspended), 0) / pupils + 0.9604 / (pupils * pupils)
                    )
                ) / (1 + 3.8416 / pupils) AS DECIMAL(12, 4)
            )
    END AS one_plus_suspension_rate_high
FROM limited
