-- The three cases of a running year, each part and all of them; transport and hospital stand apart.
WITH parts AS (
    SELECT
        financial_year,
        CASE component
            WHEN 'ACTUAL' THEN '1_ACTUAL'
            WHEN 'ACCRUED' THEN '2_ACCRUED'
            WHEN 'OPEN' THEN '3_OPEN'
            WHEN 'STARTS' THEN '4_STARTS'
            WHEN 'PLACES' THEN '5_PLACES'
            WHEN 'TOP_UPS' THEN '6_TOP_UPS'
            WHEN 'JOURNALS' THEN '7_JOURNALS'
        END AS component,
        low,
        central,
        high
    FROM cost_review.forecast_lines
    WHERE basis = 'NOW' AND spend_class NOT IN ('TRANSPORT', 'HOSPITAL', 'OTHER')
),

cells AS (
    SELECT years.financial_year, listed.component
    FROM (SELECT DISTINCT financial_year FROM parts) AS years
    CROSS JOIN (
        VALUES ('1_ACTUAL'), ('2_ACCRUED'), ('3_OPEN'), ('4_STARTS'), ('5_PLACES'), ('6_TOP_UPS'),
            ('7_JOURNALS')
    ) AS listed (component)
),

of_provision AS (
    SELECT
        cells.financial_year,
        cells.component,
        coalesce(sum(parts.low), 0) AS low,
        coalesce(sum(parts.central), 0) AS central,
        coalesce(sum(parts.high), 0) AS high
    FROM cells
    LEFT JOIN parts ON cells.financial_year = parts.financial_year AND cells.component = parts.component
    GROUP BY cells.financial_year, cells.component
),

reported AS (
    SELECT
        financial_year,
        coalesce(component, 'all') AS component,
        cast(sum(low) AS DECIMAL(18, 2)) AS low,
        cast(sum(central) AS DECIMAL(18, 2)) AS central,
        cast(sum(high) AS DECIMAL(18, 2)) AS high
    FROM of_provision
    GROUP BY GROUPING SETS ((financial_year, component), (financial_year))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN cost_review.year_states AS states ON reported.financial_year = states.financial_year
