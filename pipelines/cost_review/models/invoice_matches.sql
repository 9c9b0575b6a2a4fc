-- The rules in the order in which they are tried: 1 and 2 by order number, 5 by supplier and service month.
WITH orders AS (
    SELECT
        placements.po_no,
        count(*) AS placements,
        min(providers.supplier_id) AS supplier_id
    FROM placements.placements AS placements
    LEFT JOIN commissioning.providers AS providers ON placements.provider_id = providers.provider_id
    WHERE placements.po_no IS NOT NULL
    GROUP BY placements.po_no
    -- An order whose placements are with several suppliers says nothing of what one of them invoiced.
    HAVING count(DISTINCT providers.supplier_id) = 1 AND count(providers.supplier_id) = count(*)
),

-- One school day in the month of service is enough: invoices do not say which days they are for.
supplier_months AS (
    SELECT DISTINCT providers.supplier_id, months.month
    FROM cost_review.placement_months AS months
    INNER JOIN commissioning.providers AS providers ON months.provider_id = providers.provider_id
),

invoices AS (
    SELECT
        invoices.*,
        cast(date_part('year', invoices.service_from) AS VARCHAR) || '-'
        || lpad(cast(date_part('month', invoices.service_from) AS VARCHAR), 2, '0') AS first_month,
        cast(date_part('year', invoices.service_to) AS VARCHAR) || '-'
        || lpad(cast(date_part('month', invoices.service_to) AS VARCHAR), 2, '0') AS last_month
    FROM finance.invoice_lines AS invoices
),

open_placements AS (
    SELECT DISTINCT invoices._file, invoices._row
    FROM invoices
    INNER JOIN supplier_months
        ON
            invoices.supplier_id = supplier_months.supplier_id
            AND supplier_months.month >= invoices.first_month
            AND supplier_months.month <= invoices.last_month
)

SELECT
    invoices._file AS invoice_file,
    invoices._row AS invoice_row,
    invoices.invoice_no,
    invoices.transaction_no,
    invoices.supplier_id,
    CASE
        WHEN orders.placements = 1 THEN '1'
        WHEN orders.placements > 1 THEN '2'
        WHEN open_placements._row IS NOT NULL THEN '5'
        ELSE '6'
    END AS rule
FROM invoices
LEFT JOIN orders
    ON invoices.po_no = orders.po_no AND invoices.supplier_id = orders.supplier_id
LEFT JOIN open_placements ON invoices._file = open_placements._file AND invoices._row = open_placements._row
