-- Suppliers that are paid for alternative provision and belong to no provider on the register: their pounds are in no
-- unit cost. More than one pound in fifty is a link that is lost.
WITH paid AS (
    SELECT supplier_id, sum(abs(amount)) AS pounds, min(provider_id) = 'UNLINKED' AS unknown
    FROM cost_review.ap_ledger
    WHERE spend_class NOT IN ('TRANSPORT', 'HOSPITAL', 'OTHER')
    GROUP BY supplier_id
)

SELECT supplier_id, pounds
FROM paid
WHERE unknown AND (SELECT sum(pounds) FILTER (WHERE unknown) * 50 > sum(pounds) FROM paid)
