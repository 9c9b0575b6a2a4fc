WITH lines AS (
    SELECT
        facts.*,
        matches.rule,
        -- The same number is typed in many ways.
        upper(regexp_replace(facts.invoice_no, '[^A-Za-z0-9]', '', 'g')) AS plain_no,
        coalesce(facts.po_no, '') AS order_or_blank
    FROM cost_review.invoice_facts AS facts
    INNER JOIN cost_review.invoice_matches AS matches
        ON facts.invoice_file = matches.invoice_file AND facts.invoice_row = matches.invoice_row
    WHERE facts.spend_class IN ('PLACES', 'TOP_UPS', 'INDEPENDENT', 'AP_SERVICES')
),

-- Two lines of one transaction are two services. What is paid again in another transaction is compared by groups.
paid AS (
    SELECT
        supplier_id,
        order_or_blank,
        net_amount,
        service_from,
        service_to,
        plain_no,
        transaction_no,
        min(paid_on) AS paid_on,
        count(*) AS lines
    FROM lines
    WHERE net_amount > 0 AND service_from IS NOT NULL
    GROUP BY supplier_id, order_or_blank, net_amount, service_from, service_to, plain_no, transaction_no
),

compared AS (
    SELECT
        *,
        lag(paid_on) OVER (
            PARTITION BY supplier_id, order_or_blank, net_amount, service_from, service_to, plain_no
            ORDER BY paid_on, transaction_no
        ) AS same_no_paid_on,
        lag(lines) OVER (
            PARTITION BY supplier_id, order_or_blank, net_amount, service_from, service_to, plain_no
            ORDER BY paid_on, transaction_no
        ) AS same_no_lines,
        lag(paid_on) OVER (
            PARTITION BY supplier_id, order_or_blank, net_amount, service_from, service_to
            ORDER BY paid_on, transaction_no
        ) AS earlier_paid_on,
        lag(lines) OVER (
            PARTITION BY supplier_id, order_or_blank, net_amount, service_from, service_to
            ORDER BY paid_on, transaction_no
        ) AS earlier_lines,
        lag(plain_no) OVER (
            PARTITION BY supplier_id, order_or_blank, net_amount, service_from, service_to
            ORDER BY paid_on, transaction_no
        ) AS earlier_no,
        sum(lines) OVER (
            PARTITION BY supplier_id, order_or_blank, net_amount, service_from, service_to
            ORDER BY paid_on, transaction_no
        ) AS lines_so_far
    FROM paid
),

again AS (
    SELECT
        *,
        CASE
            WHEN paid_on - same_no_paid_on <= $duplicate_days THEN 'DUPLICATE'
            WHEN paid_on - earlier_paid_on <= $duplicate_days AND plain_no <> earlier_no THEN 'POSSIBLE_DUPLICATE'
        END AS kind
    FROM compared
),

-- Without an order, as many equal lines are right as the supplier had children of the council.
children AS (
    SELECT
        again.supplier_id,
        again.service_from,
        again.service_to,
        count(DISTINCT spells.placement_id) AS placements
    FROM again
    INNER JOIN cost_review.supplied_providers AS providers ON again.supplier_id = providers.supplier_id
    INNER JOIN activity.placement_spells AS spells
        ON
            providers.provider_id = spells.provider_id
            AND spells.commissioner = 'LA'
            AND spells.started_on <= again.service_to
            AND coalesce(spells.counts_to, again.service_from) >= again.service_from
    WHERE again.kind = 'POSSIBLE_DUPLICATE' AND again.order_or_blank = ''
    GROUP BY again.supplier_id, again.service_from, again.service_to
),

flagged AS (
    SELECT
        again.*,
        CASE
            WHEN again.kind = 'DUPLICATE' THEN least(again.same_no_lines, again.lines)
            WHEN again.order_or_blank <> '' THEN least(again.earlier_lines, again.lines)
            ELSE least(again.lines, greatest(again.lines_so_far - coalesce(children.placements, 0), 0))
        END AS flagged_lines
    FROM again
    LEFT JOIN children
        ON
            again.supplier_id = children.supplier_id
            AND again.service_from = children.service_from
            AND again.service_to = children.service_to
    WHERE again.kind IS NOT NULL
),

numbered AS (
    SELECT
        lines.invoice_file,
        lines.invoice_row,
        lines.net_amount,
        flagged.kind,
        flagged.flagged_lines,
        row_number() OVER (
            PARTITION BY
                lines.supplier_id, lines.order_or_blank, lines.net_amount, lines.service_from, lines.service_to,
                lines.plain_no, lines.transaction_no
            ORDER BY lines.invoice_file, lines.invoice_row
        ) AS nth
    FROM lines
    INNER JOIN flagged
        ON
            lines.supplier_id = flagged.supplier_id
            AND lines.order_or_blank = flagged.order_or_blank
            AND lines.net_amount = flagged.net_amount
            AND lines.service_from = flagged.service_from
            AND lines.service_to = flagged.service_to
            AND lines.plain_no = flagged.plain_no
            AND lines.transaction_no = flagged.transaction_no
),

corrected AS (
    SELECT DISTINCT corrects_file, corrects_row FROM cost_review.invoice_matches WHERE corrects_row IS NOT NULL
),

duplicates AS (
    SELECT
        numbered.invoice_file,
        numbered.invoice_row,
        CASE WHEN corrected.corrects_row IS NULL THEN numbered.kind ELSE 'CREDITED' END AS kind,
        numbered.net_amount AS amount
    FROM numbered
    LEFT JOIN corrected
        ON numbered.invoice_file = corrected.corrects_file AND numbered.invoice_row = corrected.corrects_row
    WHERE numbered.nth <= numbered.flagged_lines
),

orders AS (
    SELECT po_no, min(supplier_id) AS supplier_id, min(account_code) AS account_code, sum(net_amount) AS net_amount
    FROM finance.purchase_orders
    GROUP BY po_no
),

-- What is booked to another account than the order's, such as a top-up that names the order for the places, is not
-- counted against it.
ordered AS (
    SELECT
        lines.invoice_file,
        lines.invoice_row,
        lines.net_amount,
        orders.net_amount AS order_amount,
        sum(lines.net_amount) OVER (
            PARTITION BY lines.po_no
            ORDER BY lines.paid_on, lines.invoice_no, lines.invoice_file, lines.invoice_row
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS invoiced
    FROM lines
    INNER JOIN orders ON lines.po_no = orders.po_no
    WHERE coalesce(lines.account_code, orders.account_code) = orders.account_code
),

over_order AS (
    SELECT
        invoice_file,
        invoice_row,
        greatest(invoiced - order_amount, 0) - greatest(invoiced - net_amount - order_amount, 0) AS amount
    FROM ordered
),

-- The last day that counts of the placements of a line's order, or of its child with the supplier.
last_days AS (
    SELECT lines.invoice_file, lines.invoice_row, spells.counts_to, spells.end_basis
    FROM lines
    INNER JOIN activity.placement_spells AS spells ON lines.po_no = spells.po_no
    WHERE lines.routed IS NULL
    UNION ALL
    SELECT lines.invoice_file, lines.invoice_row, spells.counts_to, spells.end_basis
    FROM lines
    INNER JOIN cost_review.supplied_providers AS providers ON lines.supplier_id = providers.supplier_id
    INNER JOIN activity.placement_spells AS spells
        ON lines.pupil_key = spells.pupil_key AND providers.provider_id = spells.provider_id
    WHERE lines.routed IS NULL
),

ends AS (
    SELECT
        invoice_file,
        invoice_row,
        max(counts_to) AS last_day,
        count(*) FILTER (WHERE end_basis IN ('OPEN', 'OPEN_PROVIDER_SILENT')) AS still_open
    FROM last_days
    GROUP BY invoice_file, invoice_row
),

registered AS (
    SELECT supplier_id, min(CASE WHEN registered THEN 1 ELSE 0 END) AS is_exempt
    FROM cost_review.supplied_providers
    GROUP BY supplier_id
),

charging AS (
    SELECT
        supplier_id,
        count(*) AS lines,
        count(*) FILTER (WHERE vat_amount <> 0) AS with_vat
    FROM lines
    GROUP BY supplier_id
),

suspended AS (
    SELECT supplier_id, max(status_from) AS status_from
    FROM cost_review.supplied_providers
    WHERE provider_status IN ('SUSPENDED', 'REMOVED')
    GROUP BY supplier_id
),

kinds AS (
    SELECT lines.invoice_file, lines.invoice_row, 'NO_ORDER' AS kind, abs(lines.net_amount) AS amount
    FROM lines
    LEFT JOIN orders ON lines.po_no = orders.po_no
    WHERE orders.po_no IS NULL
    UNION ALL
    SELECT invoice_file, invoice_row, 'OVER_ORDER' AS kind, amount FROM over_order WHERE amount > 0
    UNION ALL
    SELECT lines.invoice_file, lines.invoice_row, 'WRONG_SUPPLIER' AS kind, abs(lines.net_amount) AS amount
    FROM lines
    INNER JOIN orders ON lines.po_no = orders.po_no
    WHERE orders.supplier_id <> lines.supplier_id
    UNION ALL
    SELECT
        invoice_file,
        invoice_row,
        'WRONG_RATE' AS kind,
        abs(cast((billed_price - card_price) * sessions AS DECIMAL(18, 2))) AS amount
    FROM lines
    WHERE abs(billed_price - card_price) > card_price * $rate_tolerance
    UNION ALL
    SELECT invoice_file, invoice_row, kind, amount FROM duplicates
    UNION ALL
    SELECT lines.invoice_file, lines.invoice_row, 'AFTER_END' AS kind, abs(lines.net_amount) AS amount
    FROM lines
    INNER JOIN ends ON lines.invoice_file = ends.invoice_file AND lines.invoice_row = ends.invoice_row
    WHERE ends.still_open = 0 AND lines.service_from > ends.last_day
    UNION ALL
    SELECT invoice_file, invoice_row, 'NO_PLACEMENT' AS kind, abs(net_amount) AS amount FROM lines WHERE rule = '6'
    UNION ALL
    SELECT lines.invoice_file, lines.invoice_row, 'WRONG_YEAR' AS kind, abs(lines.net_amount) AS amount
    FROM lines
    INNER JOIN cost_review.financial_states AS years ON lines.financial_year = years.financial_year
    WHERE
        lines.service_from > years.ends_on
        OR lines.service_to < CASE
            WHEN date_part('month', lines.paid_on) BETWEEN 4 AND 6 THEN make_date(years.financial_start - 1, 4, 1)
            ELSE years.starts_on
        END
    UNION ALL
    SELECT lines.invoice_file, lines.invoice_row, 'VAT' AS kind, abs(lines.net_amount) AS amount
    FROM lines
    LEFT JOIN registered ON lines.supplier_id = registered.supplier_id
    INNER JOIN charging ON lines.supplier_id = charging.supplier_id
    WHERE
        (
            lines.vat_amount <> 0
            AND abs(lines.vat_amount - lines.net_amount * 0.20) > 0.01
            AND abs(lines.vat_amount - lines.net_amount * 0.05) > 0.01
        )
        OR (lines.vat_amount <> 0 AND registered.is_exempt = 1)
        OR (
            lines.vat_amount = 0
            AND charging.lines > 1
            AND 5 * charging.with_vat >= 4 * (charging.lines - 1)
        )
    UNION ALL
    SELECT lines.invoice_file, lines.invoice_row, 'SUSPENDED' AS kind, abs(lines.net_amount) AS amount
    FROM lines
    INNER JOIN suspended ON lines.supplier_id = suspended.supplier_id
    WHERE lines.service_to >= suspended.status_from
)

SELECT
    kinds.invoice_file,
    kinds.invoice_row,
    kinds.kind,
    lines.financial_year,
    lines.supplier_id,
    lines.provider_id,
    cast(abs(lines.net_amount) AS DECIMAL(18, 2)) AS line_amount,
    cast(kinds.amount AS DECIMAL(18, 2)) AS amount
FROM kinds
INNER JOIN lines ON kinds.invoice_file = lines.invoice_file AND kinds.invoice_row = lines.invoice_row
