SELECT
    financial_year,
    CASE WHEN matched_by = 'all' THEN 'all' WHEN matched_by IN ('1', '2', '5') THEN 'MATCHED' ELSE 'UNMATCHED' END
        AS match_status,
    cast(sum(ledger_lines) AS BIGINT) AS ledger_lines,
    cast(sum(spend) AS DECIMAL(18, 2)) AS spend
FROM cost_review.spend_by_match_rule
GROUP BY 1, 2
