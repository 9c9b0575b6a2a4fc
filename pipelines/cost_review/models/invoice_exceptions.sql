WITH invoiced AS (
    SELECT financial_year, sum(abs(net_amount)) AS invoiced
    FROM cost_review.invoice_facts
    WHERE spend_class IN ('PLACES', 'TOP_UPS', 'INDEPENDENT', 'AP_SERVICES')
    GROUP BY financial_year
),

kinds AS (
    SELECT financial_year, kind, count(*) AS lines, sum(amount) AS amount, count(DISTINCT supplier_id) AS firms
    FROM cost_review.invoice_exception_lines
    GROUP BY financial_year, kind
),

-- A line that is wrong in two ways is one line.
once AS (
    SELECT financial_year, invoice_file, invoice_row, min(supplier_id) AS supplier_id, max(amount) AS amount
    FROM cost_review.invoice_exception_lines
    GROUP BY financial_year, invoice_file, invoice_row
),

whole AS (
    SELECT financial_year, 'any' AS kind, count(*) AS lines, sum(amount) AS amount, count(DISTINCT supplier_id) AS firms
    FROM once
    GROUP BY financial_year
),

cells AS (
    SELECT invoiced.financial_year, listed.kind, invoiced.invoiced
    FROM invoiced
    CROSS JOIN (
        VALUES
        ('NO_ORDER'), ('OVER_ORDER'), ('WRONG_SUPPLIER'), ('WRONG_RATE'), ('DUPLICATE'),
        ('POSSIBLE_DUPLICATE'), ('CREDITED'), ('AFTER_END'), ('NO_PLACEMENT'), ('WRONG_YEAR'),
        ('VAT'), ('SUSPENDED'), ('any')
    ) AS listed (kind)
),

found AS (
    SELECT financial_year, kind, lines, amount, firms FROM kinds
    UNION ALL
    SELECT financial_year, kind, lines, amount, firms FROM whole
)

SELECT
    cells.financial_year,
    cells.kind,
    coalesce(found.lines, 0) AS lines,
    cast(coalesce(found.amount, 0) AS DECIMAL(18, 2)) AS amount,
    coalesce(found.firms, 0) AS firms,
    cast(cells.invoiced AS DECIMAL(18, 2)) AS invoiced
FROM cells
LEFT JOIN found ON cells.financial_year = found.financial_year AND cells.kind = found.kind
