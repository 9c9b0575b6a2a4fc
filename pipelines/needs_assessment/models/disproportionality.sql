-- Both outcomes as cases of a group of pupils, in the year and over the three years that end with it.
WITH counted AS (
    SELECT
        academic_year,
        'PERMANENTLY_EXCLUDED' AS outcome,
        characteristic,
        value,
        permanent_exclusions AS cases,
        january_roll
    FROM needs_assessment.exclusions_by_characteristic
    UNION ALL
    SELECT
        academic_year,
        'SUSPENDED' AS outcome,
        characteristic,
        value,
        pupils_suspended AS cases,
        january_roll
    FROM needs_assessment.exclusions_by_characteristic
),

pooled AS (
    SELECT
        counted.academic_year,
        counted.outcome,
        counted.characteristic,
        counted.value,
        named.value AS reference,
        counted.cases,
        counted.january_roll AS roll,
        CASE WHEN count(counted.january_roll) OVER three_years = 3 THEN sum(counted.cases) OVER three_years END
            AS cases_3,
        CASE WHEN count(counted.january_roll) OVER three_years = 3 THEN sum(counted.january_roll) OVER three_years END
            AS roll_3
    FROM counted
    INNER JOIN needs_assessment.reference_groups AS named ON counted.characteristic = named.characteristic
    WINDOW three_years AS (
        PARTITION BY counted.outcome, counted.characteristic, counted.value
        ORDER BY cast(left(counted.academic_year, 4) AS BIGINT)
        RANGE BETWEEN 2 PRECEDING AND CURRENT ROW
    )
),

compared AS (
    SELECT
        groups.*,
        reference.cases AS reference_cases,
        reference.roll AS reference_roll,
        reference.cases_3 AS reference_cases_3,
        reference.roll_3 AS reference_roll_3,
        whole.cases AS all_cases,
        whole.roll AS all_roll,
        whole.cases_3 AS all_cases_3,
        whole.roll_3 AS all_roll_3
    FROM pooled AS groups
    INNER JOIN pooled AS reference
        ON
            groups.academic_year = reference.academic_year
            AND groups.outcome = reference.outcome
            AND groups.characteristic = reference.characteristic
            AND groups.reference = reference.value
    INNER JOIN pooled AS whole
        ON
            groups.academic_year = whole.academic_year
            AND groups.outcome = whole.outcome
            AND groups.characteristic = whole.characteristic
    WHERE whole.value = 'all'
),

reported AS (
    SELECT
        academic_year,
        outcome,
        characteristic,
        value,
        reference,
        cases,
        roll AS january_roll,
        reference_cases,
        reference_roll,
        -- The reference beside itself is nobody's finding.
        value NOT IN (reference, 'all') AS is_compared,
        -- The rule of small numbers: at least five found, and at least five expected at the rate of all pupils.
        value NOT IN (reference, 'all') AND cases >= 5 AND roll * all_cases >= 5 * all_roll AS is_steady,
        value NOT IN (reference, 'all') AND cases_3 >= 5 AND roll_3 * all_cases_3 >= 5 * all_roll_3 AS is_steady_3,
        CASE WHEN cases >= 5 AND roll * all_cases >= 5 * all_roll AND value NOT IN (reference, 'all') THEN
            cast(
                1000 * (
                    cast(cases AS DOUBLE) / nullif(roll, 0) - cast(reference_cases AS DOUBLE) / nullif(reference_roll, 0)
                ) AS DECIMAL(12, 4)
            )
        END AS risk_difference_per_1000,
        -- Why a relative risk is missing: the reference and the total have none, and a few cases are none to rely on.
        -- Beside a risk there is no symbol.
        CASE
            WHEN value IN (reference, 'all') THEN 'z'
            WHEN (cases >= 5 AND roll * all_cases >= 5 * all_roll) IS FALSE OR reference_cases = 0 THEN 'u'
            WHEN cases > roll OR (roll > 0 AND all_roll > 0 AND reference_roll > 0) IS NOT TRUE THEN 'x'
        END AS risk_symbol,
        CASE
            WHEN value IN (reference, 'all') THEN 'z'
            WHEN (cases_3 >= 5 AND roll_3 * all_cases_3 >= 5 * all_roll_3) IS FALSE OR reference_cases_3 = 0 THEN 'u'
            WHEN cases_3 > roll_3 OR (roll_3 > 0 AND all_roll_3 > 0 AND reference_roll_3 > 0) IS NOT TRUE THEN 'x'
        END AS risk_three_years_symbol,
        cast(exact(cases * all_roll - roll * all_cases) / nullif(all_roll, 0) AS DECIMAL(12, 4))
            AS excess_cases,
        cast(exact(cases * all_roll) / nullif(all_cases * roll, 0) AS DECIMAL(12, 4))
            AS composition_index,
        cast(cases_3 AS BIGINT) AS cases_three_years,
        cast(roll_3 AS BIGINT) AS roll_three_years,
        cast(reference_cases_3 AS BIGINT) AS reference_cases_three_years,
        cast(reference_roll_3 AS BIGINT) AS reference_roll_three_years
    FROM compared
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'EXCLUSIONS'
