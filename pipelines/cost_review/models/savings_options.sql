-- What could be saved or recovered, each with the number of its own table. They overlap and are never added up.
WITH finished AS (
    SELECT financial_year, financial_start FROM cost_review.financial_states WHERE period_state = 'FINISHED'
),

-- Empty places of providers that were under the target two years running.
under_target AS (
    SELECT this.financial_year, this.provider_id, this.void_cost
    FROM cost_review.place_funding_by_provider AS this
    INNER JOIN finished ON this.financial_year = finished.financial_year
    INNER JOIN finished AS before ON before.financial_start = finished.financial_start - 1
    INNER JOIN cost_review.place_funding_by_provider AS earlier
        ON before.financial_year = earlier.financial_year AND this.provider_id = earlier.provider_id
    WHERE
        this.provision_type <> 'HOSPITAL_MEDICAL'
        AND this.average_fte < this.places * $target_occupancy
        AND earlier.average_fte < earlier.places * $target_occupancy
),

-- What sessions cost above the price in the middle of the framework's lot: three providers at least, each at what its
-- billed sessions were agreed to cost on average.
lot_prices AS (
    SELECT
        cells.financial_year,
        providers.framework_lot,
        cells.provider_id,
        sum(cells.billed_sessions) AS sessions,
        cast(
            sum(cast(cells.agreed_price AS DECIMAL(18, 6)) * cells.billed_sessions) / sum(cells.billed_sessions)
            AS DECIMAL(18, 6)
        ) AS price
    FROM cost_review.bridge_cells AS cells
    INNER JOIN finished ON cells.financial_year = finished.financial_year
    INNER JOIN commissioning.providers AS providers ON cells.provider_id = providers.provider_id
    WHERE providers.framework_lot IS NOT NULL AND cells.agreed_price IS NOT NULL AND cells.billed_sessions > 0
    GROUP BY cells.financial_year, providers.framework_lot, cells.provider_id
),

in_order AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY financial_year, framework_lot ORDER BY price, provider_id) AS place_in_order,
        count(*) OVER (PARTITION BY financial_year, framework_lot) AS providers
    FROM lot_prices
),

above_median AS (
    SELECT
        in_order.financial_year,
        greatest(in_order.price - middle.price, 0) * in_order.sessions AS above
    FROM in_order
    INNER JOIN in_order AS middle
        ON
            in_order.financial_year = middle.financial_year
            AND in_order.framework_lot = middle.framework_lot
            AND middle.place_in_order = (middle.providers + 1) / 2
    WHERE in_order.providers >= 3
),

options AS (
    SELECT financial_year, 'EMPTY_PLACES' AS option, sum(void_cost) AS amount FROM under_target GROUP BY financial_year
    UNION ALL
    SELECT league.financial_year, 'ABSENCE' AS option, sum(league.non_attendance_cost) AS amount
    FROM cost_review.provider_league AS league
    INNER JOIN finished ON league.financial_year = finished.financial_year
    GROUP BY league.financial_year
    UNION ALL
    SELECT exceptions.financial_year, exceptions.kind AS option, exceptions.amount
    FROM cost_review.invoice_exceptions AS exceptions
    INNER JOIN finished ON exceptions.financial_year = finished.financial_year
    WHERE exceptions.kind IN ('WRONG_RATE', 'DUPLICATE', 'POSSIBLE_DUPLICATE', 'AFTER_END')
    UNION ALL
    SELECT recoupment.financial_year, 'NOT_CLAIMED' AS option, recoupment.not_claimed AS amount
    FROM cost_review.recoupment AS recoupment
    INNER JOIN finished ON recoupment.financial_year = finished.financial_year
    WHERE recoupment.sector = 'all' AND recoupment.phase = 'all'
    UNION ALL
    SELECT prices.financial_year, 'PRICE' AS option, sum(prices.above) AS amount
    FROM above_median AS prices
    GROUP BY prices.financial_year
)

SELECT
    finished.financial_year,
    listed.option,
    cast(coalesce(options.amount, 0) AS DECIMAL(18, 2)) AS amount
FROM finished
CROSS JOIN (
    VALUES ('EMPTY_PLACES'), ('ABSENCE'), ('WRONG_RATE'), ('DUPLICATE'), ('POSSIBLE_DUPLICATE'), ('AFTER_END'),
    ('NOT_CLAIMED'), ('PRICE')
) AS listed (option)
LEFT JOIN options ON finished.financial_year = options.financial_year AND listed.option = options.option
