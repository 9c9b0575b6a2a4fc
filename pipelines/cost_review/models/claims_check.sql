-- Billed beside delivered: each order, or placement without one, in each month of service.
WITH lines AS (
    SELECT
        facts.invoice_file,
        facts.invoice_row,
        facts.provider_id,
        facts.sessions,
        facts.card_price,
        facts.net_amount,
        days.financial_year,
        days.month,
        coalesce(facts.po_no, min(candidates.placement_id)) AS claim
    FROM cost_review.invoice_facts AS facts
    INNER JOIN cost_review.invoice_matches AS matches
        ON facts.invoice_file = matches.invoice_file AND facts.invoice_row = matches.invoice_row
    INNER JOIN cost_review.invoice_candidates AS candidates
        ON
            coalesce(matches.corrects_file, matches.invoice_file) = candidates.invoice_file
            AND coalesce(matches.corrects_row, matches.invoice_row) = candidates.invoice_row
    INNER JOIN reference.days AS days ON facts.service_from = days.calendar_date
    INNER JOIN reference.days AS last_days ON facts.service_to = last_days.calendar_date AND days.month = last_days.month
    WHERE
        matches.rule IN ('1', '2', '3', '4')
        AND facts.sessions IS NOT NULL
        AND facts.card_price IS NOT NULL
    GROUP BY
        facts.invoice_file, facts.invoice_row, facts.provider_id, facts.sessions, facts.card_price, facts.net_amount,
        days.financial_year, days.month, facts.po_no
),

delivered AS (
    SELECT placement_id, month, possible AS sessions FROM cost_review.delivered_months
),

claimed AS (
    SELECT DISTINCT lines.claim, lines.month, candidates.placement_id
    FROM lines
    INNER JOIN cost_review.invoice_candidates AS candidates
        ON lines.invoice_file = candidates.invoice_file AND lines.invoice_row = candidates.invoice_row
),

possible AS (
    SELECT claimed.claim, claimed.month, sum(delivered.sessions) AS sessions
    FROM claimed
    LEFT JOIN delivered ON claimed.placement_id = delivered.placement_id AND claimed.month = delivered.month
    GROUP BY claimed.claim, claimed.month
),

-- Who stands behind the pounds of a provider.
children AS (
    SELECT
        lines.financial_year,
        lines.provider_id,
        count(DISTINCT coalesce(spells.pupil_key, candidates.placement_id)) AS children_billed
    FROM lines
    INNER JOIN cost_review.invoice_candidates AS candidates
        ON lines.invoice_file = candidates.invoice_file AND lines.invoice_row = candidates.invoice_row
    LEFT JOIN activity.placement_spells AS spells ON candidates.placement_id = spells.placement_id
    GROUP BY lines.financial_year, lines.provider_id
),

claims AS (
    SELECT
        lines.financial_year,
        lines.provider_id,
        lines.claim,
        lines.month,
        max(lines.card_price) AS card_price,
        sum(lines.sessions) AS billed_sessions,
        sum(lines.net_amount) AS billed,
        cast(coalesce(max(possible.sessions), 0) AS DECIMAL(18, 4)) AS possible_sessions
    FROM lines
    LEFT JOIN possible ON lines.claim = possible.claim AND lines.month = possible.month
    GROUP BY lines.financial_year, lines.provider_id, lines.claim, lines.month
),

judged AS (
    SELECT
        financial_year,
        provider_id,
        cast(billed AS DECIMAL(18, 2)) AS billed,
        cast(possible_sessions * card_price AS DECIMAL(18, 2)) AS delivered_at_price,
        cast(greatest(billed_sessions - possible_sessions, 0) * card_price AS DECIMAL(18, 2)) AS over_claim,
        cast(greatest(possible_sessions - billed_sessions, 0) * card_price AS DECIMAL(18, 2)) AS under_claim,
        billed_sessions,
        possible_sessions
    FROM claims
),

by_provider AS (
    SELECT
        financial_year,
        provider_id,
        sum(billed) AS billed,
        sum(delivered_at_price) AS delivered_at_price,
        sum(over_claim) AS over_claim,
        sum(under_claim) AS under_claim,
        sum(billed_sessions) AS billed_sessions,
        sum(possible_sessions) AS possible_sessions
    FROM judged
    GROUP BY financial_year, provider_id
),

reported AS (
    SELECT
        judged.financial_year,
        coalesce(judged.provider_id, 'all') AS provider_id,
        CASE WHEN judged.provider_id IS NULL THEN 'All' ELSE coalesce(min(providers.provider_name), judged.provider_id) END
            AS provider_name,
        -- A child at two providers counts at each.
        cast(coalesce(sum(children.children_billed), 0) AS BIGINT) AS children_billed,
        cast(sum(judged.billed_sessions) AS DECIMAL(18, 1)) AS billed_sessions,
        cast(sum(judged.possible_sessions) AS DECIMAL(18, 1)) AS possible_sessions,
        sum(judged.billed) AS billed,
        sum(judged.delivered_at_price) AS delivered_at_price,
        sum(judged.over_claim) AS over_claim,
        sum(judged.under_claim) AS under_claim,
        sum(judged.billed) - sum(judged.delivered_at_price) - sum(judged.over_claim) + sum(judged.under_claim) AS rate_error
    FROM by_provider AS judged
    LEFT JOIN commissioning.providers AS providers ON judged.provider_id = providers.provider_id
    LEFT JOIN children ON judged.financial_year = children.financial_year AND judged.provider_id = children.provider_id
    GROUP BY GROUPING SETS ((judged.financial_year, judged.provider_id), (judged.financial_year))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN cost_review.year_states AS states ON reported.financial_year = states.financial_year
