-- The same method from the same month of each of the two finished years before, beside what came, and beside the plainest
-- guide that there is: what the year before had cost.
WITH outturns AS (
    SELECT
        financial_year,
        cast(left(financial_year, 4) AS BIGINT) AS financial_start,
        outturn
    FROM cost_review.budget_position
    WHERE budget_line = 'AP' AND period_state = 'FINISHED'
),

forecasts AS (
    SELECT
        basis,
        financial_year,
        sum(low) AS low,
        sum(central) AS forecast,
        sum(high) AS high
    FROM cost_review.forecast_lines
    WHERE basis <> 'NOW' AND spend_class NOT IN ('TRANSPORT', 'HOSPITAL', 'OTHER')
    GROUP BY basis, financial_year
),

running AS (
    SELECT financial_year FROM cost_review.forecast_points WHERE basis = 'NOW'
),

tested AS (
    SELECT
        running.financial_year,
        forecasts.financial_year AS tested_year,
        forecasts.low,
        forecasts.forecast,
        forecasts.high,
        outturns.outturn,
        before.outturn AS outturn_before,
        cast(100 * abs(forecasts.forecast - outturns.outturn) AS DECIMAL(18, 6)) / nullif(outturns.outturn, 0) AS missed_by,
        cast(100 * abs(before.outturn - outturns.outturn) AS DECIMAL(18, 6)) / nullif(outturns.outturn, 0)
            AS outturn_before_missed_by
    FROM running
    CROSS JOIN forecasts
    INNER JOIN outturns ON forecasts.financial_year = outturns.financial_year
    LEFT JOIN outturns AS before ON outturns.financial_start = before.financial_start + 1
),

-- Of all years only what both guides were tried on: their means are of the same years.
reported AS (
    SELECT
        financial_year,
        coalesce(tested_year, 'all') AS tested_year,
        CASE WHEN tested_year IS NOT NULL THEN sum(low) END AS low,
        CASE WHEN tested_year IS NOT NULL THEN sum(forecast) END AS forecast,
        CASE WHEN tested_year IS NOT NULL THEN sum(high) END AS high,
        CASE WHEN tested_year IS NOT NULL THEN sum(outturn) END AS outturn,
        CASE WHEN tested_year IS NOT NULL THEN sum(outturn_before) END AS outturn_before,
        avg(missed_by) AS missed_by,
        avg(outturn_before_missed_by) AS outturn_before_missed_by
    FROM tested
    GROUP BY GROUPING SETS ((financial_year, tested_year), (financial_year))
)

SELECT
    reported.financial_year,
    reported.tested_year,
    cast(reported.low AS DECIMAL(18, 2)) AS low,
    cast(reported.forecast AS DECIMAL(18, 2)) AS forecast,
    cast(reported.high AS DECIMAL(18, 2)) AS high,
    cast(reported.outturn AS DECIMAL(18, 2)) AS outturn,
    cast(reported.outturn_before AS DECIMAL(18, 2)) AS outturn_before,
    cast(reported.missed_by AS DECIMAL(9, 2)) AS missed_by,
    cast(reported.outturn_before_missed_by AS DECIMAL(9, 2)) AS outturn_before_missed_by,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN cost_review.year_states AS states ON reported.financial_year = states.financial_year
