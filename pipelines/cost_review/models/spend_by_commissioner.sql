-- Alternative provision as a whole, by who asked for it: what readers who do not commission may have of `spend_by_route`.
WITH firms AS (
    SELECT
        spend.financial_year,
        spend.commissioner,
        coalesce(providers.holding_id, spend.provider_id) AS firm,
        abs(sum(spend.gross)) AS paid
    FROM cost_review.attributed_spend AS spend
    LEFT JOIN commissioning.providers AS providers ON spend.provider_id = providers.provider_id
    WHERE spend.level = 'AP'
    GROUP BY spend.financial_year, spend.commissioner, coalesce(providers.holding_id, spend.provider_id)
    UNION ALL
    SELECT
        spend.financial_year,
        'all' AS commissioner,
        coalesce(providers.holding_id, spend.provider_id) AS firm,
        abs(sum(spend.gross)) AS paid
    FROM cost_review.attributed_spend AS spend
    LEFT JOIN commissioning.providers AS providers ON spend.provider_id = providers.provider_id
    WHERE spend.level = 'AP'
    GROUP BY spend.financial_year, coalesce(providers.holding_id, spend.provider_id)
),

ranked AS (
    SELECT
        financial_year,
        commissioner,
        paid,
        row_number() OVER (PARTITION BY financial_year, commissioner ORDER BY paid DESC, firm) AS place
    FROM firms
    WHERE paid <> 0
),

largest AS (
    SELECT
        financial_year,
        commissioner,
        count(*) AS firms,
        max(CASE WHEN place = 1 THEN paid ELSE 0 END) AS paid_1,
        max(CASE WHEN place = 2 THEN paid ELSE 0 END) AS paid_2
    FROM ranked
    GROUP BY financial_year, commissioner
)

SELECT
    routes.financial_year,
    routes.commissioner,
    routes.period_state,
    routes.known_to,
    routes.gross,
    routes.income,
    routes.net,
    routes.placements,
    coalesce(largest.firms, 0) AS firms,
    cast(coalesce(largest.paid_1, 0) AS DECIMAL(18, 2)) AS paid_1,
    cast(coalesce(largest.paid_2, 0) AS DECIMAL(18, 2)) AS paid_2
FROM cost_review.spend_by_route AS routes
LEFT JOIN largest
    ON routes.financial_year = largest.financial_year AND routes.commissioner = largest.commissioner
WHERE routes.level = 'AP' AND routes.provision_type = 'all'
