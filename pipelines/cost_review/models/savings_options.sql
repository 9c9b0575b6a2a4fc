-- What could be saved or recovered, each with the number of its own table. They overlap and are never added up.
WITH finished AS (
    SELECT financial_year, financial_start FROM cost_review.financial_states WHERE period_state = 'FINISHED'
),

-- Empty places of providers that were under the target two years running.
under_target AS (
    SELECT this.financial_year, this.void_cost AS amount, this.footfall AS children
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
        (in_order.price - middle.price) * in_order.sessions AS above,
        coalesce(used.pupils, 0) AS children
    FROM in_order
    INNER JOIN in_order AS middle
        ON
            in_order.financial_year = middle.financial_year
            AND in_order.framework_lot = middle.framework_lot
            AND middle.place_in_order = (middle.providers + 1) / 2
    LEFT JOIN cost_review.council_use AS used
        ON in_order.financial_year = used.financial_year AND in_order.provider_id = used.provider_id
    WHERE in_order.providers >= 3 AND in_order.price > middle.price
),

-- What is a sum of figures that another table has by provider.
by_provider AS (
    SELECT financial_year, 'EMPTY_PLACES' AS option, amount, children FROM under_target
    UNION ALL
    SELECT league.financial_year, 'ABSENCE' AS option, league.non_attendance_cost AS amount, league.pupils AS children
    FROM cost_review.provider_league AS league
    INNER JOIN finished ON league.financial_year = finished.financial_year
),

-- Those of one to four children are hidden there. The sum less the others gives one of them away where it stands alone, or
-- where the rest of the hidden come to less than a tenth of it.
few AS (
    SELECT
        financial_year,
        option,
        sum(amount) AS hidden,
        max(amount) AS largest,
        min(children) AS fewest
    FROM by_provider
    WHERE children BETWEEN 1 AND cast($suppression_threshold AS BIGINT) - 1 AND amount <> 0
    GROUP BY financial_year, option
),

summed AS (
    SELECT
        by_provider.financial_year,
        by_provider.option,
        sum(by_provider.amount) AS amount,
        CASE
            WHEN max(few.largest) IS NULL OR 10 * (max(few.hidden) - max(few.largest)) >= max(few.largest)
                THEN sum(CASE WHEN by_provider.amount <> 0 THEN by_provider.children ELSE 0 END)
            ELSE max(few.fewest)
        END AS children,
        count(*) FILTER (WHERE by_provider.amount <> 0) AS firms
    FROM by_provider
    LEFT JOIN few ON by_provider.financial_year = few.financial_year AND by_provider.option = few.option
    GROUP BY by_provider.financial_year, by_provider.option
),

-- One exclusion is one child.
never_claimed AS (
    SELECT financial_year, count(*) AS children
    FROM cost_review.recoupment_lines
    WHERE NOT is_claimed AND due <> 0
    GROUP BY financial_year
),

options AS (
    SELECT financial_year, option, amount, children, firms FROM summed
    UNION ALL
    SELECT exceptions.financial_year, exceptions.kind AS option, exceptions.amount, exceptions.children, exceptions.firms
    FROM cost_review.invoice_exceptions AS exceptions
    INNER JOIN finished ON exceptions.financial_year = finished.financial_year
    WHERE exceptions.kind IN ('WRONG_RATE', 'DUPLICATE', 'POSSIBLE_DUPLICATE', 'AFTER_END')
    UNION ALL
    SELECT
        recoupment.financial_year,
        'NOT_CLAIMED' AS option,
        recoupment.not_claimed AS amount,
        never_claimed.children,
        0 AS firms
    FROM cost_review.recoupment AS recoupment
    INNER JOIN finished ON recoupment.financial_year = finished.financial_year
    LEFT JOIN never_claimed ON recoupment.financial_year = never_claimed.financial_year
    WHERE recoupment.sector = 'all' AND recoupment.phase = 'all'
    UNION ALL
    SELECT
        prices.financial_year,
        'PRICE' AS option,
        sum(prices.above) AS amount,
        sum(prices.children) AS children,
        count(*) AS firms
    FROM above_median AS prices
    GROUP BY prices.financial_year
)

SELECT
    finished.financial_year,
    listed.option,
    cast(coalesce(options.amount, 0) AS DECIMAL(18, 2)) AS amount,
    cast(coalesce(options.children, 0) AS BIGINT) AS children,
    cast(coalesce(options.firms, 0) AS BIGINT) AS firms,
    states.period_state,
    states.known_to
FROM finished
CROSS JOIN (
    VALUES ('EMPTY_PLACES'), ('ABSENCE'), ('WRONG_RATE'), ('DUPLICATE'), ('POSSIBLE_DUPLICATE'), ('AFTER_END'),
    ('NOT_CLAIMED'), ('PRICE')
) AS listed (option)
LEFT JOIN options ON finished.financial_year = options.financial_year AND listed.option = options.option
LEFT JOIN cost_review.year_states AS states ON finished.financial_year = states.financial_year
