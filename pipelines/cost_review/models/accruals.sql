WITH parts AS (
    SELECT financial_year, coalesce(spend_class, 'all') AS spend_class, sum(accrued) AS accrued, count(DISTINCT provider_id) AS providers
    FROM cost_review.accrual_lines
    WHERE basis = 'NOW'
    GROUP BY GROUPING SETS ((financial_year, spend_class), (financial_year))
),

cells AS (
    SELECT states.financial_year, states.period_state, states.known_to, classes.spend_class
    FROM cost_review.financial_states AS states
    CROSS JOIN (VALUES ('PLACES'), ('TOP_UPS'), ('INDEPENDENT'), ('AP_SERVICES'), ('all')) AS classes (spend_class)
    WHERE states.period_state = 'RUNNING'
)

SELECT
    cells.financial_year,
    cells.spend_class,
    cells.period_state,
    cells.known_to,
    cast(coalesce(parts.accrued, 0) AS DECIMAL(18, 2)) AS accrued
FROM cells
LEFT JOIN parts ON cells.financial_year = parts.financial_year AND cells.spend_class = parts.spend_class
