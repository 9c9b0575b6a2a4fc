-- What is known of an invoice line before it is matched: when and from which account it was paid, what a session of it
-- cost and what the rate card says. Lines of transactions that are not on a budget line of alternative provision stay out.
WITH transactions AS (
    SELECT
        transaction_no,
        supplier_id,
        min(financial_year) AS financial_year,
        min(paid_on) AS paid_on,
        min(spend_class) AS spend_class,
        min(provider_id) AS provider_id
    FROM cost_review.ap_ledger
    WHERE transaction_no IS NOT NULL
    GROUP BY transaction_no, supplier_id
),

lines AS (
    SELECT
        invoices._file AS invoice_file,
        invoices._row AS invoice_row,
        invoices.invoice_no,
        invoices.transaction_no,
        invoices.supplier_id,
        invoices.po_no,
        invoices.pupil_key,
        invoices.service_from,
        invoices.service_to,
        invoices.net_amount,
        invoices.vat_amount,
        invoices.account_code,
        invoices.unit,
        transactions.financial_year,
        transactions.paid_on,
        transactions.spend_class,
        transactions.provider_id,
        cast(invoices.quantity AS DECIMAL(18, 4)) * cast(units.sessions AS DECIMAL(9, 2)) AS sessions,
        cast(
            coalesce(
                cast(invoices.unit_price AS DECIMAL(18, 6)),
                cast(invoices.net_amount AS DECIMAL(18, 6)) / nullif(cast(invoices.quantity AS DECIMAL(18, 4)), 0)
            ) / cast(units.sessions AS DECIMAL(9, 2)) AS DECIMAL(18, 6)
        ) AS billed_price
    FROM finance.invoice_lines AS invoices
    INNER JOIN transactions
        ON invoices.transaction_no = transactions.transaction_no AND invoices.supplier_id = transactions.supplier_id
    LEFT JOIN reference.rate_units AS units ON invoices.unit = units.code
),

-- A supplier with places bought in block is paid for them whether they are used or not, on whichever account.
block_days AS (
    SELECT DISTINCT asked.supplier_id, asked.day
    FROM (
        SELECT DISTINCT supplier_id, coalesce(service_from, paid_on) AS day FROM lines
    ) AS asked
    INNER JOIN cost_review.supplied_providers AS providers ON asked.supplier_id = providers.supplier_id
    INNER JOIN cost_review.place_spells AS places
        ON
            providers.provider_id = places.provider_id
            AND places.basis = 'BLOCK'
            AND asked.day BETWEEN places.first_day AND places.last_day
),

cards AS (
    SELECT
        asked.supplier_id,
        asked.unit,
        asked.service_from,
        prices.session_price,
        row_number() OVER (
            PARTITION BY asked.supplier_id, asked.unit, asked.service_from
            ORDER BY prices.valid_from DESC, prices.provider_id
        ) AS nth
    FROM (SELECT DISTINCT supplier_id, unit, service_from FROM lines WHERE unit IS NOT NULL) AS asked
    INNER JOIN cost_review.supplied_providers AS providers ON asked.supplier_id = providers.supplier_id
    INNER JOIN cost_review.session_prices AS prices
        ON
            providers.provider_id = prices.provider_id
            AND asked.unit = prices.unit
            AND prices.valid_from <= asked.service_from
            AND (prices.valid_to IS NULL OR prices.valid_to >= asked.service_from)
)

SELECT
    lines.invoice_file,
    lines.invoice_row,
    lines.invoice_no,
    lines.transaction_no,
    lines.supplier_id,
    lines.provider_id,
    lines.po_no,
    lines.pupil_key,
    lines.service_from,
    lines.service_to,
    lines.financial_year,
    lines.paid_on,
    lines.account_code,
    lines.spend_class,
    CASE
        WHEN lines.spend_class IN ('TRANSPORT', 'HOSPITAL', 'OTHER') THEN 'T'
        WHEN lines.spend_class = 'PLACES' THEN 'P'
        WHEN block_days.supplier_id IS NOT NULL AND lines.spend_class <> 'TOP_UPS' THEN 'P'
    END AS routed,
    lines.net_amount,
    lines.vat_amount,
    cast(lines.sessions AS DECIMAL(18, 4)) AS sessions,
    lines.billed_price,
    cards.session_price AS card_price
FROM lines
LEFT JOIN block_days
    ON lines.supplier_id = block_days.supplier_id AND coalesce(lines.service_from, lines.paid_on) = block_days.day
LEFT JOIN cards
    ON
        lines.supplier_id = cards.supplier_id
        AND lines.unit = cards.unit
        AND lines.service_from = cards.service_from
        AND cards.nth = 1
