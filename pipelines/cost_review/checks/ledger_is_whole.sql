-- Matched, unmatched and routed spend together are the ledger, journals that are cost with it, to the penny.
SELECT ledger.financial_year, ledger.amount, matched.spend
FROM (
    SELECT financial_year, sum(amount) AS amount
    FROM (
        SELECT financial_year, amount FROM cost_review.ap_ledger
        UNION ALL
        SELECT financial_year, amount FROM cost_review.ap_journals WHERE purpose = 'COST'
    ) AS booked
    GROUP BY financial_year
) AS ledger
LEFT JOIN cost_review.spend_matched AS matched
    ON ledger.financial_year = matched.financial_year AND matched.match_status = 'all'
WHERE matched.spend IS NULL OR matched.spend <> ledger.amount
