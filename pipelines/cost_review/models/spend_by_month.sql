WITH months AS (
    SELECT financial_year, month, sum(amount) AS spend
    FROM cost_review.ap_ledger
    GROUP BY financial_year, month
)

SELECT
    financial_year,
    month,
    cast(spend AS DECIMAL(18, 2)) AS spend,
    cast(sum(spend) OVER (PARTITION BY financial_year ORDER BY month) AS DECIMAL(18, 2)) AS spend_to_date
FROM months
