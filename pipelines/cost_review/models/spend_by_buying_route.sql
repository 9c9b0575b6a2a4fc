-- How it is bought: places as a block, a call-off from the framework by a provider that has a lot, or by the placement.
WITH block AS (
    SELECT DISTINCT providers.ledger_provider_id AS provider_id, states.financial_year
    FROM cost_review.place_spells AS places
    INNER JOIN cost_review.financial_states AS states
        ON places.first_day <= states.ends_on AND places.last_day >= states.starts_on
    INNER JOIN cost_review.supplied_providers AS providers ON places.provider_id = providers.provider_id
    WHERE places.basis = 'BLOCK'
),

lots AS (
    SELECT supplied.ledger_provider_id AS provider_id, max(providers.framework_lot) AS framework_lot
    FROM cost_review.supplied_providers AS supplied
    INNER JOIN commissioning.providers AS providers ON supplied.provider_id = providers.provider_id
    GROUP BY supplied.ledger_provider_id
),

spend AS (
    SELECT financial_year, provider_id, sum(gross) AS gross
    FROM cost_review.attributed_spend
    WHERE level = 'AP'
    GROUP BY financial_year, provider_id
),

routed AS (
    SELECT
        spend.financial_year,
        spend.gross,
        CASE
            WHEN block.provider_id IS NOT NULL THEN 'BLOCK'
            WHEN lots.provider_id IS NULL THEN 'NOT_KNOWN'
            WHEN lots.framework_lot IS NOT NULL THEN 'FRAMEWORK'
            ELSE 'SPOT'
        END AS buying_route,
        coalesce(used.pupils, 0) AS pupils
    FROM spend
    LEFT JOIN block ON spend.financial_year = block.financial_year AND spend.provider_id = block.provider_id
    LEFT JOIN lots ON spend.provider_id = lots.provider_id
    LEFT JOIN cost_review.council_use AS used
        ON spend.financial_year = used.financial_year AND spend.provider_id = used.provider_id
),

reported AS (
    SELECT
        financial_year,
        coalesce(buying_route, 'all') AS buying_route,
        cast(sum(gross) AS DECIMAL(18, 2)) AS gross,
        -- A child at two providers counts at each: it is who stands behind the pounds.
        cast(sum(pupils) AS BIGINT) AS children_at_providers
    FROM routed
    GROUP BY GROUPING SETS ((financial_year, buying_route), (financial_year))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN cost_review.year_states AS states ON reported.financial_year = states.financial_year
