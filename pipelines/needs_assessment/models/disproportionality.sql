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

risks AS (
    SELECT
        *,
        -- The reference beside itself is nobody's finding, and a group with more cases than pupils has no risk.
        CASE WHEN value NOT IN (reference, 'all') AND cases BETWEEN 1 AND roll AND reference_cases > 0 THEN
            cast(cases AS DOUBLE) / nullif(roll, 0)
            / (cast(reference_cases AS DOUBLE) / nullif(reference_roll, 0))
        END AS ratio,
        CASE WHEN value NOT IN (reference, 'all') AND cases_3 BETWEEN 1 AND roll_3 AND reference_cases_3 > 0 THEN
            cast(cases_3 AS DOUBLE) / nullif(roll_3, 0)
            / (cast(reference_cases_3 AS DOUBLE) / nullif(reference_roll_3, 0))
        END AS ratio_3,
        -- The standard error of the logarithm of the ratio.
        sqrt(
            greatest(
                1 / cast(nullif(cases, 0) AS DOUBLE) - 1 / cast(nullif(roll, 0) AS DOUBLE)
                + 1 / cast(nullif(reference_cases, 0) AS DOUBLE) - 1 / cast(nullif(reference_roll, 0) AS DOUBLE),
                0
            )
        ) AS error,
        sqrt(
            greatest(
                1 / cast(nullif(cases_3, 0) AS DOUBLE) - 1 / cast(nullif(roll_3, 0) AS DOUBLE)
                + 1 / cast(nullif(reference_cases_3, 0) AS DOUBLE) - 1 / cast(nullif(reference_roll_3, 0) AS DOUBLE),
                0
            )
        ) AS error_3,
        -- The rule of small numbers: at least five found, and at least five expected at the rate of all pupils.
        cases >= 5 AND roll * all_cases >= 5 * all_roll AS is_steady,
        cases_3 >= 5 AND roll_3 * all_cases_3 >= 5 * all_roll_3 AS is_steady_3
    FROM compared
),

limited AS (
    SELECT
        *,
        exp(ln(ratio) - 1.96 * error) AS ratio_low,
        exp(ln(ratio) + 1.96 * error) AS ratio_high,
        exp(ln(ratio_3) - 1.96 * error_3) AS ratio_3_low,
        exp(ln(ratio_3) + 1.96 * error_3) AS ratio_3_high
    FROM risks
)

SELECT
    academic_year,
    outcome,
    characteristic,
    value,
    reference,
    cases,
    roll AS january_roll,
    reference_cases,
    cast(cast(1000 * cases AS DECIMAL(24, 6)) / nullif(roll, 0) AS DECIMAL(12, 4)) AS cases_per_1000,
    cast(ratio AS DECIMAL(12, 4)) AS ratio_as_counted,
    cast(ratio_low AS DECIMAL(12, 4)) AS ratio_as_counted_low,
    cast(ratio_high AS DECIMAL(12, 4)) AS ratio_as_counted_high,
    CASE WHEN is_steady THEN cast(ratio AS DECIMAL(12, 4)) END AS relative_risk,
    CASE WHEN is_steady THEN cast(ratio_low AS DECIMAL(12, 4)) END AS relative_risk_low,
    CASE WHEN is_steady THEN cast(ratio_high AS DECIMAL(12, 4)) END AS relative_risk_high,
    CASE WHEN is_steady AND value NOT IN (reference, 'all') THEN
        cast(
            1000 * (
                cast(cases AS DOUBLE) / nullif(roll, 0) - cast(reference_cases AS DOUBLE) / nullif(reference_roll, 0)
            ) AS DECIMAL(12, 4)
        )
    END AS risk_difference_per_1000,
    -- Why a relative risk is missing: the reference and the total have none, and a few cases are none to rely on.
    CASE WHEN value IN (reference, 'all') THEN 'z' WHEN is_steady IS FALSE THEN 'u' ELSE 'x' END AS risk_symbol,
    CASE WHEN value IN (reference, 'all') THEN 'z' WHEN is_steady_3 IS FALSE THEN 'u' ELSE 'x' END
        AS risk_three_years_symbol,
    cast(cast(cases * all_roll - roll * all_cases AS DECIMAL(24, 6)) / nullif(all_roll, 0) AS DECIMAL(12, 4))
        AS excess_cases,
    cast(cast(cases * all_roll AS DECIMAL(24, 6)) / nullif(all_cases * roll, 0) AS DECIMAL(12, 4))
        AS composition_index,
    cast(cases_3 AS BIGINT) AS cases_three_years,
    cast(roll_3 AS BIGINT) AS roll_three_years,
    cast(reference_cases_3 AS BIGINT) AS reference_cases_three_years,
    CASE WHEN is_steady_3 THEN cast(ratio_3 AS DECIMAL(12, 4)) END AS relative_risk_three_years,
    CASE WHEN is_steady_3 THEN cast(ratio_3_low AS DECIMAL(12, 4)) END AS relative_risk_three_years_low,
    CASE WHEN is_steady_3 THEN cast(ratio_3_high AS DECIMAL(12, 4)) END AS relative_risk_three_years_high
FROM limited
