-- Each pound of the ledger once: as its invoice line, as a payment without an invoice, or as the difference between a
-- payment and its invoice lines. Up to a pound of difference is rounding, and goes with the largest line.
WITH payments AS (
    SELECT
        financial_year,
        coalesce(transaction_no, ledger_file || ' ' || cast(ledger_row AS VARCHAR)) AS transaction_no,
        supplier_id,
        min(provider_id) AS provider_id,
        min(provision_type) AS provision_type,
        min(spend_class) AS spend_class,
        min(paid_on) AS paid_on,
        sum(amount) AS amount
    FROM cost_review.ap_ledger
    GROUP BY
        financial_year,
        coalesce(transaction_no, ledger_file || ' ' || cast(ledger_row AS VARCHAR)),
        supplier_id
),

block_days AS (
    SELECT DISTINCT asked.supplier_id, asked.paid_on
    FROM (SELECT DISTINCT supplier_id, paid_on FROM payments) AS asked
    INNER JOIN cost_review.supplied_providers AS providers ON asked.supplier_id = providers.supplier_id
    INNER JOIN cost_review.place_spells AS places
        ON
            providers.provider_id = places.provider_id
            AND places.basis = 'BLOCK'
            AND asked.paid_on BETWEEN places.first_day AND places.last_day
),

disputed AS (
    SELECT DISTINCT invoice_file, invoice_row
    FROM cost_review.invoice_exception_lines
    WHERE kind IN ('DUPLICATE', 'POSSIBLE_DUPLICATE', 'AFTER_END', 'WRONG_SUPPLIER')
),

lines AS (
    SELECT
        matches.financial_year,
        matches.transaction_no,
        matches.supplier_id,
        matches.invoice_file,
        matches.invoice_row,
        matches.net_amount,
        matches.rule,
        -- A credit is as clean as the line that it corrects.
        disputed.invoice_row IS NULL AS is_clean,
        row_number() OVER (
            PARTITION BY matches.financial_year, matches.transaction_no, matches.supplier_id
            ORDER BY abs(matches.net_amount) DESC, matches.invoice_file, matches.invoice_row
        ) AS by_size,
        sum(matches.net_amount) OVER (
            PARTITION BY matches.financial_year, matches.transaction_no, matches.supplier_id
        ) AS of_transaction,
        max(CASE WHEN matches.rule IN ('P', 'T') THEN matches.rule END) OVER (
            PARTITION BY matches.financial_year, matches.transaction_no, matches.supplier_id
        ) AS routed
    FROM cost_review.invoice_matches AS matches
    LEFT JOIN disputed
        ON
            coalesce(matches.corrects_file, matches.invoice_file) = disputed.invoice_file
            AND coalesce(matches.corrects_row, matches.invoice_row) = disputed.invoice_row
),

of_lines AS (
    SELECT
        lines.*,
        payments.provider_id,
        payments.provision_type,
        payments.spend_class,
        payments.amount - lines.of_transaction AS difference
    FROM lines
    INNER JOIN payments
        ON
            lines.financial_year = payments.financial_year
            AND lines.transaction_no = payments.transaction_no
            AND lines.supplier_id = payments.supplier_id
),

parts AS (
    SELECT
        financial_year, transaction_no, supplier_id, provider_id, provision_type, spend_class, invoice_file, invoice_row,
        rule, is_clean,
        net_amount + CASE WHEN by_size = 1 AND abs(difference) <= 1 THEN difference ELSE 0 END AS amount
    FROM of_lines
    UNION ALL
    SELECT
        financial_year, transaction_no, supplier_id, provider_id, provision_type, spend_class,
        cast(NULL AS VARCHAR) AS invoice_file, cast(NULL AS BIGINT) AS invoice_row,
        coalesce(routed, 'NO_INVOICE') AS rule, TRUE AS is_clean,
        difference AS amount
    FROM of_lines
    WHERE by_size = 1 AND abs(difference) > 1
    UNION ALL
    SELECT
        payments.financial_year, payments.transaction_no, payments.supplier_id, payments.provider_id,
        payments.provision_type, payments.spend_class,
        cast(NULL AS VARCHAR) AS invoice_file, cast(NULL AS BIGINT) AS invoice_row,
        CASE
            WHEN payments.spend_class IN ('TRANSPORT', 'HOSPITAL', 'OTHER') THEN 'T'
            WHEN payments.spend_class = 'PLACES' THEN 'P'
            WHEN block_days.supplier_id IS NOT NULL AND payments.spend_class <> 'TOP_UPS' THEN 'P'
            ELSE 'NO_INVOICE'
        END AS rule,
        TRUE AS is_clean,
        payments.amount
    FROM payments
    LEFT JOIN (SELECT DISTINCT financial_year, transaction_no, supplier_id FROM lines) AS invoiced
        ON
            payments.financial_year = invoiced.financial_year
            AND payments.transaction_no = invoiced.transaction_no
            AND payments.supplier_id = invoiced.supplier_id
    LEFT JOIN block_days
        ON payments.supplier_id = block_days.supplier_id AND payments.paid_on = block_days.paid_on
    WHERE invoiced.transaction_no IS NULL
    UNION ALL
    -- Journals are of no invoice. Recharges are income, and accruals are no spend of the year yet.
    SELECT
        journals.financial_year, journals.journal_no AS transaction_no, cast(NULL AS VARCHAR) AS supplier_id,
        coalesce(register.ledger_provider_id, journals.provider_id) AS provider_id, journals.provision_type,
        journals.spend_class, cast(NULL AS VARCHAR) AS invoice_file, cast(NULL AS BIGINT) AS invoice_row,
        'J' AS rule, TRUE AS is_clean, journals.amount
    FROM cost_review.ap_journals AS journals
    LEFT JOIN (SELECT DISTINCT provider_id, ledger_provider_id FROM cost_review.supplied_providers) AS register
        ON journals.provider_id = register.provider_id
    WHERE journals.purpose = 'COST'
)

SELECT
    financial_year,
    transaction_no,
    supplier_id,
    provider_id,
    provision_type,
    spend_class,
    invoice_file,
    invoice_row,
    rule AS matched_by,
    CASE
        WHEN rule IN ('P', 'T', 'J') THEN 'NOT_MATCHABLE'
        WHEN rule = 'C' THEN 'CREDIT_ALONE'
        WHEN rule IN ('6', 'NO_INVOICE') THEN 'UNMATCHED'
        WHEN is_clean THEN 'MATCHED'
        ELSE 'DISPUTED'
    END AS match_status,
    cast(amount AS DECIMAL(18, 2)) AS amount
FROM parts
