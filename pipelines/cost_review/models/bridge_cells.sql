-- What was ordered and what was billed at each agreed price of each provider, by the financial year of the service.
WITH lines AS (
    SELECT
        days.financial_year,
        facts.provider_id,
        facts.sessions,
        facts.card_price,
        facts.net_amount
    FROM cost_review.invoice_facts AS facts
    INNER JOIN reference.days AS days ON facts.service_from = days.calendar_date
    WHERE facts.routed IS NULL AND facts.spend_class IN ('INDEPENDENT', 'AP_SERVICES')
),

register AS (
    SELECT DISTINCT supplier_id, ledger_provider_id AS provider_id
    FROM cost_review.supplied_providers
    WHERE supplier_id IS NOT NULL
),

block AS (
    SELECT DISTINCT providers.supplier_id
    FROM cost_review.place_spells AS places
    INNER JOIN cost_review.supplied_providers AS providers ON places.provider_id = providers.provider_id
    WHERE places.basis = 'BLOCK' AND providers.supplier_id IS NOT NULL
),

-- An order of several financial years is in each by its days of service, and in a running one only so far.
ordered AS (
    SELECT
        states.financial_year,
        register.provider_id,
        orders.po_no,
        orders.supplier_id,
        orders.unit,
        orders.service_from,
        orders.net_amount,
        cast(orders.quantity AS DECIMAL(18, 4)) * cast(units.sessions AS DECIMAL(9, 2)) AS sessions,
        cast(
            least(orders.service_to, states.known_to) - greatest(orders.service_from, states.starts_on) + 1
            AS DECIMAL(9, 0)
        ) AS days_in_year,
        cast(orders.service_to - orders.service_from + 1 AS DECIMAL(9, 0)) AS days
    FROM finance.purchase_orders AS orders
    INNER JOIN register ON orders.supplier_id = register.supplier_id
    LEFT JOIN block ON orders.supplier_id = block.supplier_id
    LEFT JOIN reference.rate_units AS units ON orders.unit = units.code
    INNER JOIN cost_review.financial_states AS states
        ON
            states.period_state <> 'FUTURE'
            AND orders.service_from <= states.known_to
            AND orders.service_to >= states.starts_on
    WHERE orders.status <> 'CANCELLED' AND block.supplier_id IS NULL
),

priced AS (
    SELECT
        ordered.*,
        prices.session_price,
        row_number() OVER (
            PARTITION BY ordered.financial_year, ordered.po_no ORDER BY prices.valid_from DESC, prices.provider_id
        ) AS nth
    FROM ordered
    LEFT JOIN cost_review.supplied_providers AS providers ON ordered.supplier_id = providers.supplier_id
    LEFT JOIN cost_review.session_prices AS prices
        ON
            providers.provider_id = prices.provider_id
            AND ordered.unit = prices.unit
            AND prices.valid_from <= ordered.service_from
            AND (prices.valid_to IS NULL OR prices.valid_to >= ordered.service_from)
),

parts AS (
    SELECT
        financial_year,
        provider_id,
        CASE WHEN sessions IS NOT NULL THEN session_price END AS agreed_price,
        CASE
            WHEN session_price IS NOT NULL THEN cast(sessions * days_in_year / days AS DECIMAL(18, 6))
        END AS ordered_sessions,
        cast(NULL AS DECIMAL(18, 6)) AS billed_sessions,
        exact(net_amount) * days_in_year / days AS ordered_pounds,
        cast(0 AS DECIMAL(18, 2)) AS invoiced
    FROM priced
    WHERE nth = 1
    UNION ALL
    SELECT
        financial_year,
        provider_id,
        CASE WHEN sessions IS NOT NULL THEN card_price END AS agreed_price,
        cast(NULL AS DECIMAL(18, 6)) AS ordered_sessions,
        CASE WHEN card_price IS NOT NULL THEN cast(sessions AS DECIMAL(18, 6)) END AS billed_sessions,
        exact(0) AS ordered_pounds,
        net_amount AS invoiced
    FROM lines
)

SELECT
    financial_year,
    provider_id,
    agreed_price,
    cast(coalesce(sum(ordered_sessions), 0) AS DECIMAL(18, 6)) AS ordered_sessions,
    cast(coalesce(sum(billed_sessions), 0) AS DECIMAL(18, 6)) AS billed_sessions,
    exact(
        CASE
            WHEN agreed_price IS NULL THEN sum(ordered_pounds)
            ELSE agreed_price * coalesce(sum(ordered_sessions), 0)
        END
    ) AS contracted,
    cast(sum(invoiced) AS DECIMAL(18, 2)) AS invoiced
FROM parts
GROUP BY financial_year, provider_id, agreed_price
