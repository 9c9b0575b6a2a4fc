-- Each rule that ties a line to placements, with the placements that it ties it to. The first rule of a line counts.
WITH lines AS (
    SELECT * FROM cost_review.invoice_facts WHERE routed IS NULL AND net_amount > 0
),

spells AS (
    SELECT
        spells.placement_id,
        spells.pupil_key,
        spells.provider_id,
        spells.commissioner,
        spells.po_no,
        spells.sessions_per_week,
        spells.started_on,
        -- What is still open goes on after the last week that was returned.
        CASE
            WHEN spells.end_basis IN ('OPEN', 'OPEN_PROVIDER_SILENT') THEN DATE '2099-12-31'
            ELSE spells.counts_to
        END AS counts_to,
        spells.first_day_no,
        spells.last_day_no,
        providers.supplier_id
    FROM activity.placement_spells AS spells
    INNER JOIN cost_review.supplied_providers AS providers ON spells.provider_id = providers.provider_id
    WHERE providers.supplier_id IS NOT NULL
),

orders AS (
    SELECT po_no, count(DISTINCT placement_id) AS placements FROM spells WHERE po_no IS NOT NULL GROUP BY po_no
),

-- Top-ups are paid for the council's own children only.
by_order AS (
    SELECT DISTINCT
        lines.invoice_file,
        lines.invoice_row,
        spells.placement_id,
        CASE WHEN orders.placements = 1 THEN '1' ELSE '2' END AS rule
    FROM lines
    INNER JOIN orders ON lines.po_no = orders.po_no
    INNER JOIN spells ON lines.po_no = spells.po_no
    WHERE
        spells.started_on - lines.service_to <= $match_window
        AND lines.service_from - spells.counts_to <= $match_window
        AND (orders.placements = 1 OR spells.supplier_id = lines.supplier_id)
        AND (lines.spend_class <> 'TOP_UPS' OR spells.commissioner = 'LA')
),

by_pupil AS (
    SELECT lines.invoice_file, lines.invoice_row, spells.placement_id, '3' AS rule
    FROM lines
    INNER JOIN spells ON lines.pupil_key = spells.pupil_key AND lines.supplier_id = spells.supplier_id
    WHERE
        spells.started_on - lines.service_to <= $match_window
        AND lines.service_from - spells.counts_to <= $match_window
),

delivered AS (
    SELECT placement_id, month, possible AS sessions FROM cost_review.delivered_months
),

by_sessions AS (
    SELECT
        lines.invoice_file,
        lines.invoice_row,
        min(spells.placement_id) AS placement_id,
        '4' AS rule
    FROM lines
    INNER JOIN reference.days AS first_days ON lines.service_from = first_days.calendar_date
    INNER JOIN reference.days AS last_days ON lines.service_to = last_days.calendar_date AND first_days.month = last_days.month
    INNER JOIN spells ON lines.supplier_id = spells.supplier_id AND spells.commissioner = 'LA'
    INNER JOIN delivered
        ON
            spells.placement_id = delivered.placement_id
            AND first_days.month = delivered.month
            AND lines.sessions = cast(delivered.sessions AS DECIMAL(18, 4))
    WHERE abs(lines.billed_price - lines.card_price) <= lines.card_price * $rate_tolerance
    GROUP BY lines.invoice_file, lines.invoice_row
    HAVING count(*) = 1
),

-- One bill for all whom a supplier has, at the sessions planned.
periods AS (
    SELECT DISTINCT supplier_id, service_from, service_to FROM lines
),

planned AS (
    SELECT
        periods.supplier_id,
        periods.service_from,
        periods.service_to,
        spells.placement_id,
        cast(spells.sessions_per_week AS DECIMAL(18, 6))
        * (
            least(spells.last_day_no, last_days.school_day_no)
            - greatest(
                spells.first_day_no,
                CASE WHEN first_days.is_school_day THEN first_days.school_day_no ELSE first_days.school_day_no + 1 END
            ) + 1
        ) / 5 AS sessions,
        prices.session_price,
        row_number() OVER (
            PARTITION BY periods.supplier_id, periods.service_from, periods.service_to, spells.placement_id
            ORDER BY prices.valid_from DESC, prices.unit
        ) AS nth
    FROM periods
    INNER JOIN reference.school_calendar AS first_days ON periods.service_from = first_days.calendar_date
    INNER JOIN reference.school_calendar AS last_days ON periods.service_to = last_days.calendar_date
    INNER JOIN spells
        ON
            periods.supplier_id = spells.supplier_id
            AND spells.commissioner = 'LA'
            AND spells.started_on <= periods.service_to
            AND spells.counts_to >= periods.service_from
    INNER JOIN cost_review.session_prices AS prices
        ON
            spells.provider_id = prices.provider_id
            AND prices.valid_from <= periods.service_from
            AND (prices.valid_to IS NULL OR prices.valid_to >= periods.service_from)
),

due AS (
    SELECT supplier_id, service_from, service_to, sum(greatest(sessions, 0) * session_price) AS pounds
    FROM planned
    WHERE nth = 1
    GROUP BY supplier_id, service_from, service_to
),

by_amount AS (
    SELECT lines.invoice_file, lines.invoice_row, planned.placement_id, '5' AS rule
    FROM lines
    INNER JOIN due
        ON
            lines.supplier_id = due.supplier_id
            AND lines.service_from = due.service_from
            AND lines.service_to = due.service_to
    INNER JOIN planned
        ON
            due.supplier_id = planned.supplier_id
            AND due.service_from = planned.service_from
            AND due.service_to = planned.service_to
            AND planned.nth = 1
    WHERE abs(lines.net_amount - due.pounds) <= due.pounds * $rate_tolerance
),

found AS (
    SELECT invoice_file, invoice_row, placement_id, rule FROM by_order
    UNION ALL
    SELECT invoice_file, invoice_row, placement_id, rule FROM by_pupil
    UNION ALL
    SELECT invoice_file, invoice_row, placement_id, rule FROM by_sessions
    UNION ALL
    SELECT invoice_file, invoice_row, placement_id, rule FROM by_amount
),

first_rule AS (
    SELECT *, min(rule) OVER (PARTITION BY invoice_file, invoice_row) AS first_of_line FROM found
)

SELECT invoice_file, invoice_row, placement_id, rule
FROM first_rule
WHERE rule = first_of_line
