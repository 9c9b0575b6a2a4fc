WITH lines AS (
    SELECT
        CAST(date_part('year', paid_on) AS BIGINT)
            - CASE WHEN date_part('month', paid_on) >= 4 THEN 0 ELSE 1 END AS first_year,
        to_char(paid_on, '%Y-%m') AS month,
        amount
    FROM finance.ledger_lines
    WHERE account_code = 'R5037'
)
SELECT
    CAST(first_year AS VARCHAR) || '-' || lpad(CAST((first_year + 1) % 100 AS VARCHAR), 2, '0') AS financial_year,
    coalesce(month, 'all') AS month,
    count(*) AS payment_lines,
    CAST(sum(amount) AS DECIMAL(18, 2)) AS spend
FROM lines
GROUP BY GROUPING SETS ((first_year, month), (first_year))
