-- Financial years whose use is on record from the first month: spend over a part of the use means nothing.
WITH covered AS (
    SELECT DISTINCT financial_year
    FROM cost_review.ap_ledger
    WHERE
        make_date(cast(left(financial_year, 4) AS BIGINT), 4, 1) + INTERVAL '31 days'
        >= (SELECT min(week_start) FROM placements.attendance)
),

spend AS (
    SELECT
        financial_year,
        provider_id,
        provider_name,
        provision_type,
        sum(amount) AS spend
    FROM cost_review.ap_ledger
    GROUP BY financial_year, provider_id, provider_name, provision_type
),

-- Cost and use are of the same commissioner.
council AS (
    SELECT attributed.financial_year, attributed.provider_id, states.period_state, sum(attributed.gross) AS council_spend
    FROM cost_review.attributed_spend AS attributed
    INNER JOIN cost_review.financial_states AS states ON attributed.financial_year = states.financial_year
    WHERE attributed.commissioner = 'LA'
    GROUP BY attributed.financial_year, attributed.provider_id, states.period_state
),

register AS (
    SELECT DISTINCT provider_id, ledger_provider_id FROM cost_review.supplied_providers
),

-- Who stands behind what is not the council's of a provider's spend.
others AS (
    SELECT months.financial_year, register.ledger_provider_id AS provider_id, count(DISTINCT months.pupil_key) AS other_children
    FROM activity.placement_months AS months
    INNER JOIN register ON months.provider_id = register.provider_id
    WHERE months.commissioner <> 'LA'
    GROUP BY months.financial_year, register.ledger_provider_id
)

SELECT
    spend.financial_year,
    spend.provider_id,
    spend.provider_name,
    spend.provision_type,
    cast(spend.spend AS DECIMAL(18, 2)) AS spend,
    cast(coalesce(council.council_spend, 0) AS DECIMAL(18, 2)) AS council_spend,
    coalesce(used.pupils, 0) AS pupils,
    coalesce(others.other_children, 0) AS other_children,
    cast(coalesce(used.placement_weeks, 0) AS DECIMAL(18, 6)) AS placement_weeks,
    cast(CASE WHEN council.period_state = 'FINISHED' THEN council.council_spend END AS DECIMAL(18, 2)) AS cost_of_year,
    states.period_state,
    states.known_to
FROM spend
INNER JOIN covered ON spend.financial_year = covered.financial_year
LEFT JOIN cost_review.council_use AS used ON spend.financial_year = used.financial_year AND spend.provider_id = used.provider_id
LEFT JOIN others ON spend.financial_year = others.financial_year AND spend.provider_id = others.provider_id
LEFT JOIN council ON spend.financial_year = council.financial_year AND spend.provider_id = council.provider_id
LEFT JOIN cost_review.year_states AS states ON spend.financial_year = states.financial_year
