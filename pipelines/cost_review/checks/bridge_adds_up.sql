-- Price, volume and mix are the difference, to the penny; and the mix that is left is the one that its formula gives.
WITH cells AS (
    SELECT * FROM cost_review.bridge_cells WHERE agreed_price IS NOT NULL
),

totals AS (
    SELECT financial_year, sum(ordered_sessions) AS ordered, sum(billed_sessions) AS billed
    FROM cells
    GROUP BY financial_year
),

formula AS (
    SELECT
        cells.financial_year,
        sum(
            (cells.billed_sessions - totals.billed * cast(cells.ordered_sessions / totals.ordered AS DECIMAL(18, 12)))
            * cells.agreed_price
        ) AS mix
    FROM cells
    INNER JOIN totals ON cells.financial_year = totals.financial_year
    WHERE totals.ordered > 0
    GROUP BY cells.financial_year
)

SELECT bridge.financial_year, bridge.total, bridge.price, bridge.volume, bridge.mix, formula.mix AS mix_by_formula
FROM cost_review.price_volume_bridge AS bridge
LEFT JOIN formula ON bridge.financial_year = formula.financial_year
WHERE
    bridge.total <> bridge.price + bridge.quantity
    OR bridge.total <> bridge.price + bridge.volume + bridge.mix
    OR (bridge.provider_id = 'all' AND abs(bridge.mix - formula.mix) > 0.02)
