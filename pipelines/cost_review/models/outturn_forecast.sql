-- Five finished years and the running one, which is a forecast and says so. A finished year has no interval.
WITH years AS (
    SELECT
        budget.financial_year,
        budget.period_state,
        budget.revised_budget,
        budget.outturn,
        forecast.low,
        forecast.central,
        forecast.high,
        row_number() OVER (ORDER BY budget.financial_year DESC) AS nth
    FROM cost_review.budget_position AS budget
    LEFT JOIN cost_review.forecast_outturn AS forecast
        ON budget.financial_year = forecast.financial_year AND forecast.component = 'all'
    WHERE
        budget.budget_line = 'AP'
        AND (budget.period_state = 'FINISHED' OR (budget.period_state = 'RUNNING' AND forecast.central IS NOT NULL))
)

SELECT
    financial_year,
    replace(financial_year, '-', '/') || CASE WHEN period_state = 'RUNNING' THEN ' forecast' ELSE '' END AS year_shown,
    period_state,
    revised_budget,
    cast(CASE WHEN period_state = 'RUNNING' THEN central ELSE outturn END AS DECIMAL(18, 2)) AS outturn,
    cast(CASE WHEN period_state = 'RUNNING' THEN low ELSE outturn END AS DECIMAL(18, 2)) AS low,
    cast(CASE WHEN period_state = 'RUNNING' THEN high ELSE outturn END AS DECIMAL(18, 2)) AS high
FROM years
WHERE nth <= 6
