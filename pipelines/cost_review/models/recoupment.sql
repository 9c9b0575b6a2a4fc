-- Years for which there are amounts: others would look as if nothing were due.
WITH lines AS (
    SELECT lines.*
    FROM cost_review.recoupment_lines AS lines
    INNER JOIN (SELECT DISTINCT financial_year FROM reference.pupil_amounts) AS years
        ON lines.financial_year = years.financial_year
),

reported AS (
    SELECT
        financial_year,
        coalesce(sector, 'all') AS sector,
        coalesce(phase, 'all') AS phase,
        count(*) AS exclusions,
        count(*) FILTER (WHERE lacks_amount) AS without_amount,
        cast(sum(due) AS DECIMAL(18, 2)) AS due,
        cast(sum(premium_due) AS DECIMAL(18, 2)) AS premium_due,
        cast(sum(invoiced) AS DECIMAL(18, 2)) AS invoiced,
        cast(sum(collected) AS DECIMAL(18, 2)) AS collected,
        cast(sum(due) - sum(collected) AS DECIMAL(18, 2)) AS outstanding,
        cast(sum(CASE WHEN is_claimed THEN 0 ELSE due END) AS DECIMAL(18, 2)) AS not_claimed,
        cast(sum(passed_on) AS DECIMAL(18, 2)) AS passed_on
    FROM lines
    GROUP BY GROUPING SETS (
        (financial_year, sector, phase), (financial_year, sector), (financial_year, phase), (financial_year)
    )
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN cost_review.year_states AS states ON reported.financial_year = states.financial_year
