-- The rules in the order in which they are tried. A credit goes with the line that it corrects: the newest of the same
-- supplier, order, amount and first day, each credit another one.
WITH facts AS (
    SELECT * FROM cost_review.invoice_facts
),

rules AS (
    SELECT invoice_file, invoice_row, min(rule) AS rule
    FROM cost_review.invoice_candidates
    GROUP BY invoice_file, invoice_row
),

originals AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY supplier_id, coalesce(po_no, ''), service_from, net_amount
            ORDER BY paid_on DESC, invoice_no DESC, invoice_file DESC, invoice_row DESC
        ) AS nth
    FROM facts
    WHERE net_amount > 0
),

credits AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY supplier_id, coalesce(po_no, ''), service_from, net_amount
            ORDER BY paid_on DESC, invoice_no DESC, invoice_file DESC, invoice_row DESC
        ) AS nth
    FROM facts
    WHERE net_amount < 0
),

corrected AS (
    SELECT
        credits.invoice_file,
        credits.invoice_row,
        originals.invoice_file AS original_file,
        originals.invoice_row AS original_row
    FROM credits
    INNER JOIN originals
        ON
            credits.supplier_id = originals.supplier_id
            AND coalesce(credits.po_no, '') = coalesce(originals.po_no, '')
            AND credits.service_from = originals.service_from
            AND credits.net_amount = -originals.net_amount
            AND credits.nth = originals.nth
    WHERE
        credits.paid_on >= originals.paid_on
        AND credits.paid_on - originals.paid_on <= $credit_days
)

SELECT
    facts.invoice_file,
    facts.invoice_row,
    facts.invoice_no,
    facts.transaction_no,
    facts.supplier_id,
    facts.financial_year,
    facts.net_amount,
    corrected.original_file AS corrects_file,
    corrected.original_row AS corrects_row,
    CASE
        WHEN facts.routed IS NOT NULL THEN facts.routed
        WHEN facts.net_amount < 0 AND corrected.original_row IS NULL THEN 'C'
        WHEN facts.net_amount < 0 THEN coalesce(of_original.rule, '6')
        ELSE coalesce(rules.rule, '6')
    END AS rule
FROM facts
LEFT JOIN rules ON facts.invoice_file = rules.invoice_file AND facts.invoice_row = rules.invoice_row
LEFT JOIN corrected ON facts.invoice_file = corrected.invoice_file AND facts.invoice_row = corrected.invoice_row
LEFT JOIN rules AS of_original
    ON corrected.original_file = of_original.invoice_file AND corrected.original_row = of_original.invoice_row
