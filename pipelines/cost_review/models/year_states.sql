-- Places, exclusions and service have years that the ledger does not: those before its first payment are over, those after
-- the ones that it reaches are to come.
WITH bounds AS (
    SELECT min(financial_start) AS first_start, max(known_to) AS known_to FROM cost_review.financial_states
),

years AS (
    SELECT DISTINCT financial_start, financial_year FROM reference.days
)

SELECT
    years.financial_year,
    coalesce(
        states.period_state, CASE WHEN years.financial_start < bounds.first_start THEN 'FINISHED' ELSE 'FUTURE' END
    ) AS period_state,
    coalesce(states.known_to, least(make_date(years.financial_start + 1, 3, 31), bounds.known_to)) AS known_to
FROM bounds
CROSS JOIN years
LEFT JOIN cost_review.financial_states AS states ON years.financial_year = states.financial_year
