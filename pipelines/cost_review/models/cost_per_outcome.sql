-- Cost and outcome of the same placements: those that ended in the year and whose time to stay has passed. Three years are
-- pooled beside it: in one year there are few.
WITH outcomes AS (
    SELECT * FROM cost_review.placement_outcomes
),

cells AS (
    SELECT
        financial_year,
        cast(left(financial_year, 4) AS BIGINT) AS financial_start,
        coalesce(provision_type, 'all') AS provision_type,
        count(*) FILTER (WHERE has_elapsed) AS ended,
        count(*) FILTER (WHERE NOT has_elapsed) AS not_elapsed,
        count(*) FILTER (WHERE has_elapsed AND is_sustained) AS successes,
        coalesce(sum(CASE WHEN has_elapsed THEN cost END), 0) AS cost
    FROM outcomes
    GROUP BY GROUPING SETS ((financial_year, provision_type), (financial_year))
),

pooled AS (
    SELECT
        cells.financial_year,
        cells.provision_type,
        sum(earlier.ended) AS ended,
        sum(earlier.successes) AS successes,
        sum(earlier.cost) AS cost
    FROM cells
    INNER JOIN cells AS earlier
        ON
            cells.provision_type = earlier.provision_type
            AND earlier.financial_start BETWEEN cells.financial_start - 2 AND cells.financial_start
    GROUP BY cells.financial_year, cells.provision_type
),

reported AS (
    SELECT
        cells.financial_year,
        cells.provision_type,
        cells.ended,
        cells.not_elapsed,
        cells.successes,
        cast(cells.cost AS DECIMAL(18, 2)) AS cost,
        pooled.ended AS ended_three_years,
        pooled.successes AS successes_three_years,
        cast(pooled.cost AS DECIMAL(18, 2)) AS cost_three_years,
        cells.ended >= 5 AS enough_ended,
        cells.ended >= 5 AND cells.successes >= 5 AS enough_successes,
        pooled.ended >= 5 AND pooled.successes >= 5 AS enough_in_three_years
    FROM cells
    INNER JOIN pooled
        ON cells.financial_year = pooled.financial_year AND cells.provision_type = pooled.provision_type
    INNER JOIN cost_review.financial_states AS states
        ON cells.financial_year = states.financial_year AND states.period_state = 'FINISHED'
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN cost_review.year_states AS states ON reported.financial_year = states.financial_year
