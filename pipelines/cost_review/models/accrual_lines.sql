-- What was delivered and not yet invoiced when the ledger's last month ended. Only a running year has it: in a finished
-- one what was not paid is the next year's, but for what it owed at the point from which it is forecast once more.
WITH register AS (
    SELECT DISTINCT provider_id, ledger_provider_id FROM cost_review.supplied_providers
),

states AS (
    SELECT * FROM cost_review.forecast_points
),

-- Placements of the council that are paid by the session, month by month.
months AS (
    SELECT
        states.basis,
        months.financial_year,
        states.known_to,
        months.placement_id,
        months.provider_id,
        months.month,
        months.days_open,
        spells.sessions_per_week,
        make_date(cast(left(months.month, 4) AS BIGINT), cast(right(months.month, 2) AS BIGINT), 1) AS first_of_month
    FROM activity.placement_months AS months
    INNER JOIN states ON months.financial_year = states.financial_year AND months.month <= states.known_month
    INNER JOIN activity.placement_spells AS spells ON months.placement_id = spells.placement_id
    WHERE months.commissioner = 'LA'
),

block AS (
    SELECT DISTINCT months.placement_id, months.month
    FROM months
    INNER JOIN cost_review.place_spells AS places
        ON
            months.provider_id = places.provider_id
            AND places.basis = 'BLOCK'
            AND places.first_day <= months.first_of_month + INTERVAL '30 days'
            AND places.last_day >= months.first_of_month
),

prices AS (
    SELECT
        asked.provider_id,
        asked.first_of_month,
        prices.session_price,
        row_number() OVER (
            PARTITION BY asked.provider_id, asked.first_of_month ORDER BY prices.valid_from DESC, prices.unit
        ) AS nth
    FROM (SELECT DISTINCT provider_id, first_of_month FROM months) AS asked
    INNER JOIN cost_review.session_prices AS prices
        ON
            asked.provider_id = prices.provider_id
            AND prices.valid_from <= asked.first_of_month
            AND (prices.valid_to IS NULL OR prices.valid_to >= asked.first_of_month)
),

returned AS (
    SELECT placement_id, month, possible AS sessions FROM cost_review.delivered_months
),

-- A month is invoiced when a line for the placement touches it.
invoiced AS (
    SELECT DISTINCT months.basis, months.placement_id, months.month
    FROM months
    INNER JOIN cost_review.invoice_candidates AS candidates ON months.placement_id = candidates.placement_id
    INNER JOIN cost_review.invoice_facts AS facts
        ON candidates.invoice_file = facts.invoice_file AND candidates.invoice_row = facts.invoice_row
    WHERE
        facts.service_from < months.first_of_month + INTERVAL '1 month'
        AND facts.service_to >= months.first_of_month
        AND facts.paid_on <= months.known_to
),

sessions AS (
    SELECT
        months.basis,
        months.financial_year,
        months.provider_id,
        sum(
            CASE
                WHEN returned.sessions IS NOT NULL THEN cast(returned.sessions AS DECIMAL(18, 6))
                ELSE cast(months.sessions_per_week AS DECIMAL(18, 6)) * months.days_open / 5
            END * prices.session_price
        ) AS amount
    FROM months
    INNER JOIN prices
        ON
            months.provider_id = prices.provider_id
            AND months.first_of_month = prices.first_of_month
            AND prices.nth = 1
    LEFT JOIN block ON months.placement_id = block.placement_id AND months.month = block.month
    LEFT JOIN returned ON months.placement_id = returned.placement_id AND months.month = returned.month
    LEFT JOIN invoiced
        ON
            months.basis = invoiced.basis
            AND months.placement_id = invoiced.placement_id
            AND months.month = invoiced.month
    WHERE block.placement_id IS NULL AND invoiced.placement_id IS NULL
    GROUP BY months.basis, months.financial_year, months.provider_id
),

due AS (
    SELECT
        states.basis,
        funding.financial_year,
        funding.provider_id,
        funding.place_element - coalesce(paid.places_paid, 0) AS places_due,
        funding.topup_element - coalesce(paid.top_ups_paid, 0) AS top_ups_due
    FROM cost_review.place_elements AS funding
    INNER JOIN states ON funding.basis = states.basis AND funding.financial_year = states.financial_year
    LEFT JOIN cost_review.places_paid AS paid
        ON
            funding.basis = paid.basis
            AND funding.financial_year = paid.financial_year
            AND funding.provider_id = paid.provider_id
    LEFT JOIN commissioning.providers AS providers ON funding.provider_id = providers.provider_id
    -- Hospital education is paid on one account for both, and stands apart.
    WHERE coalesce(providers.provision_type, 'NOT_RECORDED') <> 'HOSPITAL_MEDICAL'
),

parts AS (
    SELECT basis, financial_year, provider_id, 'MAIN' AS purpose, amount FROM sessions
    UNION ALL
    SELECT basis, financial_year, provider_id, 'MAIN' AS purpose, places_due AS amount FROM due WHERE places_due > 0
    UNION ALL
    SELECT basis, financial_year, provider_id, 'TOP_UPS' AS purpose, top_ups_due AS amount FROM due WHERE top_ups_due > 0
)

-- A provider that was never paid has no budget line yet: it is not known from which it will be.
SELECT
    parts.basis,
    parts.financial_year,
    parts.provider_id,
    parts.purpose,
    coalesce(lines.s251_line, 'NOT_KNOWN') AS s251_line,
    coalesce(lines.budget_line, 'Not known') AS budget_line,
    coalesce(lines.spend_class, 'AP_SERVICES') AS spend_class,
    cast(sum(parts.amount) AS DECIMAL(18, 2)) AS accrued
FROM parts
LEFT JOIN register ON parts.provider_id = register.provider_id
LEFT JOIN cost_review.provider_lines AS lines
    ON coalesce(register.ledger_provider_id, parts.provider_id) = lines.provider_id AND parts.purpose = lines.purpose
GROUP BY
    parts.basis, parts.financial_year, parts.provider_id, parts.purpose, lines.s251_line, lines.budget_line, lines.spend_class
