-- What was invoiced less what was contracted, as price, volume and mix. A provider's own quantity is volume and mix in one:
-- whether a session more with one is a session less with another shows only over all.
WITH cells AS (
    SELECT * FROM cost_review.bridge_cells WHERE agreed_price IS NOT NULL
),

totals AS (
    SELECT
        financial_year,
        sum(ordered_sessions) AS ordered,
        sum(billed_sessions) AS billed,
        sum(contracted) AS contracted
    FROM cells
    GROUP BY financial_year
),

effects AS (
    SELECT
        cells.financial_year,
        cells.provider_id,
        cells.ordered_sessions,
        cells.billed_sessions,
        cells.contracted,
        cells.invoiced,
        cells.invoiced - cells.agreed_price * cells.billed_sessions AS price
    FROM cells
),

-- The council's children at each provider: who stands behind its pounds.
children AS (
    SELECT spent.financial_year, spent.provider_id, coalesce(used.pupils, 0) AS children_at_provider
    FROM (SELECT DISTINCT financial_year, provider_id FROM effects) AS spent
    LEFT JOIN cost_review.council_use AS used
        ON spent.financial_year = used.financial_year AND spent.provider_id = used.provider_id
),

all_children AS (
    SELECT financial_year, sum(children_at_provider) AS children_at_provider FROM children GROUP BY financial_year
),

whole AS (
    SELECT
        effects.financial_year,
        max(all_children.children_at_provider) AS children_at_provider,
        sum(effects.ordered_sessions) AS ordered_sessions,
        sum(effects.billed_sessions) AS billed_sessions,
        sum(effects.contracted) AS contracted,
        sum(effects.invoiced) AS invoiced,
        sum(effects.price) AS price,
        (max(totals.billed) - max(totals.ordered)) * (max(totals.contracted) / nullif(max(totals.ordered), 0)) AS volume
    FROM effects
    INNER JOIN totals ON effects.financial_year = totals.financial_year
    INNER JOIN all_children ON effects.financial_year = all_children.financial_year
    GROUP BY effects.financial_year
),

-- What is left of the difference is the last effect, so that they add up to the penny; a check works it out on its own.
pounds AS (
    SELECT
        financial_year,
        'all' AS provider_id,
        'All' AS provider_name,
        children_at_provider,
        ordered_sessions,
        billed_sessions,
        cast(contracted AS DECIMAL(18, 2)) AS contracted,
        cast(invoiced AS DECIMAL(18, 2)) AS invoiced,
        cast(price AS DECIMAL(18, 2)) AS price,
        cast(volume AS DECIMAL(18, 2)) AS volume
    FROM whole
    UNION ALL
    SELECT
        effects.financial_year,
        effects.provider_id,
        coalesce(min(providers.provider_name), effects.provider_id) AS provider_name,
        max(children.children_at_provider) AS children_at_provider,
        sum(effects.ordered_sessions) AS ordered_sessions,
        sum(effects.billed_sessions) AS billed_sessions,
        cast(sum(effects.contracted) AS DECIMAL(18, 2)) AS contracted,
        cast(sum(effects.invoiced) AS DECIMAL(18, 2)) AS invoiced,
        cast(sum(effects.price) AS DECIMAL(18, 2)) AS price,
        cast(NULL AS DECIMAL(18, 2)) AS volume
    FROM effects
    INNER JOIN children ON effects.financial_year = children.financial_year AND effects.provider_id = children.provider_id
    LEFT JOIN commissioning.providers AS providers ON effects.provider_id = providers.provider_id
    GROUP BY effects.financial_year, effects.provider_id
),

reported AS (
    SELECT
        financial_year,
        provider_id,
        provider_name,
        cast(children_at_provider AS BIGINT) AS children_at_provider,
        cast(ordered_sessions AS DECIMAL(18, 1)) AS ordered_sessions,
        cast(billed_sessions AS DECIMAL(18, 1)) AS billed_sessions,
        contracted,
        invoiced,
        cast(invoiced - contracted AS DECIMAL(18, 2)) AS total,
        price,
        cast(invoiced - contracted - price AS DECIMAL(18, 2)) AS quantity,
        volume,
        cast(invoiced - contracted - price - volume AS DECIMAL(18, 2)) AS mix
    FROM pounds
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN cost_review.year_states AS states ON reported.financial_year = states.financial_year
