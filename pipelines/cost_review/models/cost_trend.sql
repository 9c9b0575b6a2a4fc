WITH children AS (
    SELECT financial_year, count(DISTINCT pupil_key) AS pupils
    FROM activity.placement_months
    WHERE commissioner = 'LA'
    GROUP BY financial_year
),

-- Years whose use is on record from the first month.
known AS (
    SELECT financial_year
    FROM cost_review.financial_states
    WHERE starts_on + INTERVAL '31 days' >= (SELECT min(week_start) FROM placements.attendance)
),

spent AS (
    SELECT financial_year, cast(left(financial_year, 4) AS BIGINT) AS financial_start, outturn
    FROM cost_review.budget_position
    WHERE budget_line = 'AP' AND period_state = 'FINISHED' AND outturn > 0
),

first AS (
    SELECT financial_start, outturn FROM spent ORDER BY financial_start LIMIT 1
)

SELECT
    budget.financial_year,
    budget.period_state,
    budget.known_to,
    budget.revised_budget,
    budget.outturn,
    budget.variance,
    CASE WHEN known.financial_year IS NOT NULL THEN coalesce(children.pupils, 0) END AS pupils,
    -- The root needs a float: it is rounded to four places at once, and is in no sum.
    CASE
        WHEN spent.financial_start > first.financial_start
            THEN cast(
                (
                    power(
                        cast(spent.outturn AS DOUBLE) / cast(first.outturn AS DOUBLE),
                        1.0 / cast(spent.financial_start - first.financial_start AS DOUBLE)
                    ) - 1
                ) * 100 AS DECIMAL(12, 4)
            )
    END AS growth_a_year,
    -- Children so far are not all children of the year.
    cast(CASE WHEN budget.period_state = 'FINISHED' THEN budget.outturn END AS DECIMAL(18, 2)) AS cost_of_year
FROM cost_review.budget_position AS budget
LEFT JOIN known ON budget.financial_year = known.financial_year
LEFT JOIN children ON budget.financial_year = children.financial_year
LEFT JOIN spent ON budget.financial_year = spent.financial_year
LEFT JOIN first ON TRUE
WHERE budget.budget_line = 'AP' AND budget.period_state <> 'FUTURE'
