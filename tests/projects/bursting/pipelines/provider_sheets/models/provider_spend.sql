SELECT
    supplier_id AS provider_id,
    '2023-24' AS financial_year,
    to_char(paid_on, '%Y-%m') AS month,
    CAST(sum(amount) AS DECIMAL(18, 2)) AS spend
FROM finance.ledger_lines
GROUP BY supplier_id, to_char(paid_on, '%Y-%m')
