-- A transaction is matched as well as the worst of its invoice lines: so each pound has one rule.
WITH transactions AS (
    SELECT transaction_no, supplier_id, max(rule) AS rule
    FROM cost_review.invoice_matches
    GROUP BY transaction_no, supplier_id
),

ledger AS (
    SELECT
        ledger.financial_year,
        coalesce(transactions.rule, 'NO_INVOICE') AS rule,
        ledger.amount
    FROM cost_review.ap_ledger AS ledger
    LEFT JOIN transactions
        ON ledger.transaction_no = transactions.transaction_no AND ledger.supplier_id = transactions.supplier_id
),

counted AS (
    SELECT financial_year, rule, count(*) AS ledger_lines, sum(amount) AS spend
    FROM ledger
    GROUP BY financial_year, rule
),

cells AS (
    SELECT
        years.financial_year,
        rules.rule,
        coalesce(counted.ledger_lines, 0) AS ledger_lines,
        coalesce(counted.spend, 0) AS spend
    FROM (SELECT DISTINCT financial_year FROM counted) AS years
    CROSS JOIN (VALUES ('1'), ('2'), ('5'), ('6'), ('NO_INVOICE')) AS rules (rule)
    LEFT JOIN counted ON years.financial_year = counted.financial_year AND rules.rule = counted.rule
)

SELECT
    financial_year,
    coalesce(rule, 'all') AS matched_by,
    cast(sum(ledger_lines) AS BIGINT) AS ledger_lines,
    cast(sum(spend) AS DECIMAL(18, 2)) AS spend
FROM cells
GROUP BY GROUPING SETS ((financial_year, rule), (financial_year))
