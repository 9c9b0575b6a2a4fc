-- Names to look through among the suppliers of alternative provision: one number under several names is a firm that was
-- renamed, or two that share it; two numbers under like names may be one firm. Pounds are of both together.
WITH named AS (
    SELECT ledger.supplier_id, lines.supplier_name, sum(ledger.amount) AS spend
    FROM cost_review.ap_ledger AS ledger
    INNER JOIN finance.ledger_lines AS lines ON ledger.ledger_file = lines._file AND ledger.ledger_row = lines._row
    WHERE lines.supplier_name IS NOT NULL
    GROUP BY ledger.supplier_id, lines.supplier_name
)

SELECT
    CASE WHEN one.supplier_id = other.supplier_id THEN 'SAME_NUMBER' ELSE 'LIKE_NAME' END AS kind,
    one.supplier_id,
    one.supplier_name,
    other.supplier_id AS other_id,
    other.supplier_name AS other_name,
    name_similarity(one.supplier_name, other.supplier_name) AS similarity,
    cast(one.spend + other.spend AS DECIMAL(18, 2)) AS spend
FROM named AS one
INNER JOIN named AS other
    ON
        one.supplier_id < other.supplier_id
        OR (one.supplier_id = other.supplier_id AND one.supplier_name < other.supplier_name)
WHERE one.supplier_id = other.supplier_id OR name_similarity(one.supplier_name, other.supplier_name) >= 0.80
