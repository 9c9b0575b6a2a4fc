WITH statuses AS (
    SELECT
        financial_year,
        CASE WHEN matched_by = 'all' THEN 'all' WHEN matched_by IN ('1', '2', '5') THEN 'MATCHED' ELSE 'UNMATCHED' END
            AS match_status,
        sum(ledger_lines) AS ledger_lines,
        sum(spend) AS spend
    FROM cost_review.spend_by_match_rule
    GROUP BY 1, 2
),

shares AS (
    SELECT
        *,
        max(CASE WHEN match_status = 'all' THEN spend END) OVER (PARTITION BY financial_year) AS all_spend
    FROM statuses
)

SELECT
    financial_year,
    match_status,
    cast(ledger_lines AS BIGINT) AS ledger_lines,
    cast(spend AS DECIMAL(18, 2)) AS spend,
    cast(cast(100 * spend AS DECIMAL(28, 6)) / nullif(all_spend, 0) AS DECIMAL(12, 4)) AS share_of_spend
FROM shares
