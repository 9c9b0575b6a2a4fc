-- A line for several placements is split by the sessions that were delivered to each at its price, and by those planned
-- where none was returned. Pennies are given out in the order of the placements, so that the parts add up to the line.
WITH tied AS (
    SELECT
        matches.invoice_file,
        matches.invoice_row,
        matches.financial_year,
        matches.net_amount,
        matches.rule,
        candidates.placement_id,
        spells.provider_id,
        spells.sessions_per_week,
        facts.service_from,
        first_days.month AS first_month,
        last_days.month AS last_month
    FROM cost_review.invoice_matches AS matches
    INNER JOIN cost_review.invoice_candidates AS candidates
        ON
            coalesce(matches.corrects_file, matches.invoice_file) = candidates.invoice_file
            AND coalesce(matches.corrects_row, matches.invoice_row) = candidates.invoice_row
    INNER JOIN cost_review.invoice_facts AS facts
        ON candidates.invoice_file = facts.invoice_file AND candidates.invoice_row = facts.invoice_row
    INNER JOIN activity.placement_spells AS spells ON candidates.placement_id = spells.placement_id
    LEFT JOIN reference.days AS first_days ON facts.service_from = first_days.calendar_date
    LEFT JOIN reference.days AS last_days ON facts.service_to = last_days.calendar_date
    WHERE matches.rule IN ('1', '2', '3', '4', '5')
),

delivered AS (
    SELECT placement_id, month, possible AS sessions FROM cost_review.delivered_months
),

cards AS (
    SELECT
        asked.provider_id,
        asked.service_from,
        prices.session_price,
        row_number() OVER (
            PARTITION BY asked.provider_id, asked.service_from ORDER BY prices.valid_from DESC, prices.unit
        ) AS nth
    FROM (SELECT DISTINCT provider_id, service_from FROM tied) AS asked
    INNER JOIN cost_review.session_prices AS prices
        ON
            asked.provider_id = prices.provider_id
            AND prices.valid_from <= asked.service_from
            AND (prices.valid_to IS NULL OR prices.valid_to >= asked.service_from)
),

counted AS (
    SELECT
        tied.invoice_file,
        tied.invoice_row,
        tied.financial_year,
        tied.net_amount,
        tied.rule,
        tied.placement_id,
        tied.provider_id,
        tied.service_from,
        tied.sessions_per_week,
        coalesce(sum(delivered.sessions), 0) AS sessions
    FROM tied
    LEFT JOIN delivered
        ON
            tied.placement_id = delivered.placement_id
            AND delivered.month BETWEEN tied.first_month AND tied.last_month
    GROUP BY
        tied.invoice_file, tied.invoice_row, tied.financial_year, tied.net_amount, tied.rule, tied.placement_id,
        tied.provider_id, tied.service_from, tied.sessions_per_week
),

weighed AS (
    SELECT
        counted.invoice_file,
        counted.invoice_row,
        counted.financial_year,
        counted.net_amount,
        counted.rule,
        counted.placement_id,
        cast(
            CASE
                WHEN sum(counted.sessions) OVER (PARTITION BY counted.invoice_file, counted.invoice_row) = 0
                    THEN counted.sessions_per_week
                ELSE cast(counted.sessions AS DECIMAL(12, 2))
            END AS DECIMAL(12, 2)
        ) * cast(coalesce(cards.session_price, 1) AS DECIMAL(12, 4)) AS weight
    FROM counted
    LEFT JOIN cards
        ON
            counted.provider_id = cards.provider_id
            AND counted.service_from = cards.service_from
            AND cards.nth = 1
),

summed AS (
    SELECT
        *,
        sum(weight) OVER (PARTITION BY invoice_file, invoice_row ORDER BY placement_id) AS up_to,
        sum(weight) OVER (PARTITION BY invoice_file, invoice_row) AS whole
    FROM weighed
)

SELECT
    invoice_file,
    invoice_row,
    placement_id,
    financial_year,
    rule,
    -- A quotient is cut off: rounded to eight places, half a penny is half a penny.
    cast(
        round(
            cast(
                cast(net_amount AS DECIMAL(14, 2)) * cast(up_to AS DECIMAL(18, 6)) / cast(whole AS DECIMAL(18, 6))
                AS DECIMAL(24, 8)
            ), 2
        )
        - round(
            cast(
                cast(net_amount AS DECIMAL(14, 2)) * cast(up_to - weight AS DECIMAL(18, 6)) / cast(whole AS DECIMAL(18, 6))
                AS DECIMAL(24, 8)
            ), 2
        ) AS DECIMAL(18, 2)
    ) AS amount
FROM summed
