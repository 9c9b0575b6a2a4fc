-- The rules in the order in which they are tried: 1 and 2 by order number, 5 by supplier and period of service.
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

open_placements AS (
    SELECT DISTINCT invoices._file, invoices._row
    FROM finance.invoice_lines AS invoices
    INNER JOIN commissioning.providers AS providers ON invoices.supplier_id = providers.supplier_id
    INNER JOIN placements.placements AS placements
        ON
            providers.provider_id = placements.provider_id
            AND placements.started_on <= invoices.service_to
            AND (placements.ended_on IS NULL OR placements.ended_on >= invoices.service_from)
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
FROM finance.invoice_lines AS invoices
LEFT JOIN orders
    ON invoices.po_no = orders.po_no AND invoices.supplier_id = orders.supplier_id
LEFT JOIN open_placements ON invoices._file = open_placements._file AND invoices._row = open_placements._row
