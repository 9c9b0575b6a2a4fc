WITH whole AS (
    SELECT roll.academic_year, census.census_on, cast(sum(roll.pupils) AS BIGINT) AS pupils
    FROM activity.january_roll AS roll
    INNER JOIN activity.census_days AS census ON roll.academic_year = census.academic_year
    GROUP BY roll.academic_year, census.census_on
),

-- Until the first spell that has ended is on record, a register holds those that lasted, and nothing can be counted.
registers AS (
    SELECT
        families.characteristic,
        CASE families.characteristic
            WHEN 'fsm' THEN 'NOT_FSM' WHEN 'pupil_premium' THEN 'NOT_PP' WHEN 'social_care' THEN 'NO_SOCIAL_CARE' ELSE 'N'
        END AS nobody,
        min(ends.first_end) AS whole_from
    FROM (
        VALUES
        ('fsm', 'FSM'),
        ('pupil_premium', 'PP'),
        ('sen_provision', 'SEN_K'), ('sen_provision', 'SEN_E'),
        ('primary_need', 'SEN_K'), ('primary_need', 'SEN_E'),
        ('social_care', 'CIN'), ('social_care', 'CPP'), ('social_care', 'CLA')
    ) AS families (characteristic, status)
    LEFT JOIN (
        SELECT status, min(ended_on) AS first_end FROM pupils.pupil_status GROUP BY status
    ) AS ends ON families.status = ends.status
    GROUP BY families.characteristic
),

held AS (
    SELECT
        counts.academic_year,
        registers.characteristic,
        CASE registers.characteristic
            WHEN 'sen_provision' THEN substr(counts.value, 5, 1)
            WHEN 'primary_need' THEN coalesce(nullif(substr(counts.value, 7), ''), 'NOT_RECORDED')
            ELSE counts.value
        END AS value,
        counts.pupils
    FROM needs_assessment.roll_counts AS counts
    INNER JOIN whole ON counts.academic_year = whole.academic_year
    INNER JOIN registers
        ON
            whole.census_on >= registers.whole_from
            AND (
                (registers.characteristic = 'fsm' AND counts.value = 'FSM')
                OR (registers.characteristic = 'pupil_premium' AND counts.value = 'PP')
                OR (registers.characteristic IN ('sen_provision', 'primary_need') AND counts.value LIKE 'SEN%')
                OR (registers.characteristic = 'social_care' AND counts.value IN ('CIN', 'CPP', 'CLA'))
            )
    WHERE counts.characteristic = 'status'
),

others AS (
    SELECT
        whole.academic_year,
        registers.characteristic,
        CASE WHEN whole.census_on >= registers.whole_from THEN registers.nobody ELSE 'NOT_RECORDED' END AS value,
        whole.pupils - coalesce(sum(held.pupils), 0) AS pupils
    FROM whole
    CROSS JOIN registers
    LEFT JOIN held
        ON whole.academic_year = held.academic_year AND registers.characteristic = held.characteristic
    GROUP BY
        whole.academic_year, whole.census_on, whole.pupils,
        registers.characteristic, registers.whole_from, registers.nobody
),

counted AS (
    SELECT academic_year, 'phase' AS characteristic, phase AS value, pupils
    FROM activity.january_roll
    UNION ALL
    SELECT
        academic_year,
        'year_group' AS characteristic,
        'Y' || lpad(cast(nc_year AS VARCHAR), 2, '0') AS value,
        pupils
    FROM activity.january_roll
    UNION ALL
    SELECT academic_year, characteristic, value, pupils
    FROM needs_assessment.roll_counts
    WHERE characteristic NOT IN ('school', 'status')
    UNION ALL
    SELECT academic_year, characteristic, value, pupils FROM held
    UNION ALL
    SELECT academic_year, characteristic, value, pupils FROM others
),

totals AS (
    SELECT academic_year, characteristic, coalesce(value, 'all') AS value, cast(sum(pupils) AS BIGINT) AS pupils
    FROM counted
    GROUP BY GROUPING SETS ((academic_year, characteristic, value), (academic_year, characteristic))
)

SELECT
    totals.academic_year,
    totals.characteristic,
    totals.value,
    totals.pupils,
    whole.pupils AS whole_roll,
    states.period_state,
    states.known_to
FROM totals
INNER JOIN whole ON totals.academic_year = whole.academic_year
LEFT JOIN needs_assessment.series_states AS states
    ON totals.academic_year = states.academic_year AND states.series = 'REGISTERS'
