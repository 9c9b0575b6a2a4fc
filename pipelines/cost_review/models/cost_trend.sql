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
)

SELECT
    budget.financial_year,
    budget.period_state,
    budget.known_to,
    budget.revised_budget,
    budget.outturn,
    budget.variance,
    CASE WHEN known.financial_year IS NOT NULL THEN coalesce(children.pupils, 0) END AS pupils,
    -- Children so far are not all children of the year.
    cast(CASE WHEN budget.period_state = 'FINISHED' THEN budget.outturn END AS DECIMAL(18, 2)) AS cost_of_year
FROM cost_review.budget_position AS budget
LEFT JOIN known ON budget.financial_year = known.financial_year
LEFT JOIN children ON budget.financial_year = children.financial_year
WHERE budget.budget_line = 'AP' AND budget.period_state <> 'FUTURE'
