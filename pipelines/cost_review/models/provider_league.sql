WITH register AS (
    SELECT DISTINCT provider_id, ledger_provider_id FROM cost_review.supplied_providers
),

suppliers AS (
    SELECT DISTINCT supplier_id, ledger_provider_id AS provider_id
    FROM cost_review.supplied_providers
    WHERE supplier_id IS NOT NULL
),

-- Financial years whose use is on record from the first month.
states AS (
    SELECT *
    FROM cost_review.financial_states
    WHERE
        period_state <> 'FUTURE'
        AND starts_on + INTERVAL '31 days' >= (SELECT min(week_start) FROM placements.attendance)
),

school_days AS (
    SELECT states.financial_year, count(*) AS school_days
    FROM states
    INNER JOIN activity.placement_days AS days
        ON states.financial_year = days.financial_year AND days.calendar_date <= states.known_to
    GROUP BY states.financial_year
),

spend AS (
    SELECT
        ledger.financial_year,
        ledger.provider_id,
        min(ledger.provider_name) AS provider_name,
        min(ledger.provision_type) AS provision_type,
        min(states.period_state) AS period_state,
        min(states.known_to) AS known_to,
        sum(ledger.amount) AS paid
    FROM cost_review.ap_ledger AS ledger
    INNER JOIN states ON ledger.financial_year = states.financial_year
    WHERE ledger.spend_class IN ('PLACES', 'TOP_UPS', 'INDEPENDENT', 'AP_SERVICES')
    GROUP BY ledger.financial_year, ledger.provider_id
),

contracts AS (
    SELECT
        states.financial_year,
        suppliers.provider_id,
        sum(
            exact(contracts.annual_value)
            * cast(
                least(coalesce(contracts.expires_on, contracts.ends_on, states.ends_on), states.ends_on)
                - greatest(contracts.starts_on, states.starts_on) + 1 AS DECIMAL(9, 0)
            ) / cast(states.ends_on - states.starts_on + 1 AS DECIMAL(9, 0))
        ) AS contract_value
    FROM commissioning.contracts AS contracts
    INNER JOIN suppliers ON contracts.supplier_id = suppliers.supplier_id
    INNER JOIN states
        ON
            contracts.starts_on <= states.ends_on
            AND coalesce(contracts.expires_on, contracts.ends_on, states.ends_on) >= states.starts_on
    GROUP BY states.financial_year, suppliers.provider_id
),

-- Orders and invoice lines of two financial years are in each by their days of service.
served AS (
    SELECT 'ORDERED' AS kind, suppliers.provider_id, orders.net_amount, orders.service_from, orders.service_to
    FROM finance.purchase_orders AS orders
    INNER JOIN suppliers ON orders.supplier_id = suppliers.supplier_id
    WHERE orders.status <> 'CANCELLED'
    UNION ALL
    SELECT 'INVOICED' AS kind, provider_id, net_amount, service_from, service_to
    FROM cost_review.invoice_facts
    WHERE spend_class IN ('PLACES', 'TOP_UPS', 'INDEPENDENT', 'AP_SERVICES')
),

in_years AS (
    SELECT
        states.financial_year,
        served.provider_id,
        served.kind,
        exact(served.net_amount)
        * cast(
            least(served.service_to, states.ends_on) - greatest(served.service_from, states.starts_on) + 1 AS DECIMAL(9, 0)
        ) / cast(served.service_to - served.service_from + 1 AS DECIMAL(9, 0)) AS amount
    FROM served
    INNER JOIN states ON served.service_from <= states.ends_on AND served.service_to >= states.starts_on
),

billed AS (
    SELECT
        financial_year,
        provider_id,
        sum(CASE WHEN kind = 'ORDERED' THEN amount END) AS ordered,
        sum(CASE WHEN kind = 'INVOICED' THEN amount END) AS invoiced
    FROM in_years
    GROUP BY financial_year, provider_id
),

block AS (
    SELECT DISTINCT register.ledger_provider_id AS provider_id
    FROM cost_review.place_spells AS places
    INNER JOIN register ON places.provider_id = register.provider_id
    WHERE places.basis = 'BLOCK'
),

-- Nearest rank, of five placements or more.
ranked AS (
    SELECT
        costs.ended_in AS financial_year,
        register.ledger_provider_id AS provider_id,
        costs.cost,
        row_number() OVER (
            PARTITION BY costs.ended_in, register.ledger_provider_id ORDER BY costs.cost, costs.placement_id
        ) AS nth,
        count(*) OVER (PARTITION BY costs.ended_in, register.ledger_provider_id) AS ended
    FROM cost_review.placement_costs AS costs
    INNER JOIN register ON costs.provider_id = register.provider_id
    WHERE costs.ended_in IS NOT NULL
),

quartiles AS (
    SELECT
        financial_year,
        provider_id,
        max(ended) AS ended,
        max(CASE WHEN ended >= 5 AND nth = (ended + 3) / 4 THEN cost END) AS cost_p25,
        max(CASE WHEN ended >= 5 AND nth = (ended + 1) / 2 THEN cost END) AS cost_median,
        max(CASE WHEN ended >= 5 AND nth = (3 * ended + 3) / 4 THEN cost END) AS cost_p75
    FROM ranked
    GROUP BY financial_year, provider_id
)

SELECT
    spend.financial_year,
    spend.provider_id,
    spend.provider_name,
    spend.provision_type,
    spend.period_state,
    spend.known_to,
    cast(coalesce(contracts.contract_value, 0) AS DECIMAL(18, 2)) AS contract_value,
    cast(coalesce(billed.ordered, 0) AS DECIMAL(18, 2)) AS ordered,
    cast(coalesce(billed.invoiced, 0) AS DECIMAL(18, 2)) AS invoiced,
    cast(spend.paid AS DECIMAL(18, 2)) AS paid,
    coalesce(used.pupils, 0) AS pupils,
    cast(coalesce(used.placement_weeks, 0) AS DECIMAL(18, 6)) AS placement_weeks,
    cast(exact(coalesce(used.fte_days, 0)) / school_days.school_days AS DECIMAL(18, 6)) AS average_fte,
    cast(coalesce(used.sessions_planned, 0) AS DECIMAL(18, 6)) AS sessions_planned,
    cast(coalesce(used.sessions_possible, 0) AS DECIMAL(18, 1)) AS sessions_possible,
    cast(coalesce(used.sessions_attended, 0) AS DECIMAL(18, 1)) AS sessions_attended,
    cast(
        CASE
            WHEN block.provider_id IS NULL AND spend.period_state = 'FINISHED' AND used.sessions_possible > 0
                THEN cast(greatest(used.sessions_possible - used.sessions_attended, 0) AS DECIMAL(18, 6))
                    * cast(coalesce(billed.invoiced, 0) AS DECIMAL(18, 6))
                    / cast(used.sessions_possible AS DECIMAL(18, 0))
        END AS DECIMAL(18, 2)
    ) AS non_attendance_cost,
    coalesce(quartiles.ended, 0) AS ended,
    quartiles.cost_p25,
    quartiles.cost_median,
    quartiles.cost_p75,
    cast(
        CASE WHEN block.provider_id IS NULL AND spend.period_state = 'FINISHED' THEN coalesce(billed.invoiced, 0) END
        AS DECIMAL(18, 2)
    ) AS invoiced_in_year
FROM spend
LEFT JOIN contracts ON spend.financial_year = contracts.financial_year AND spend.provider_id = contracts.provider_id
LEFT JOIN billed ON spend.financial_year = billed.financial_year AND spend.provider_id = billed.provider_id
LEFT JOIN cost_review.council_use AS used ON spend.financial_year = used.financial_year AND spend.provider_id = used.provider_id
LEFT JOIN school_days ON spend.financial_year = school_days.financial_year
LEFT JOIN block ON spend.provider_id = block.provider_id
LEFT JOIN quartiles ON spend.financial_year = quartiles.financial_year AND spend.provider_id = quartiles.provider_id
