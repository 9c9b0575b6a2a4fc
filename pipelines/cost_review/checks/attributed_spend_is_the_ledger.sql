-- What is shared out by who asked for it adds up to the ledger, journals that are cost with it, to the penny.
SELECT ledger.financial_year, ledger.amount, attributed.gross
FROM (
    SELECT financial_year, sum(amount) AS amount
    FROM (
        SELECT financial_year, amount FROM cost_review.ap_ledger
        UNION ALL
        SELECT financial_year, amount FROM cost_review.ap_journals WHERE purpose = 'COST'
    ) AS booked
    GROUP BY financial_year
) AS ledger
LEFT JOIN (
    SELECT financial_year, sum(gross) AS gross
    FROM cost_review.attributed_spend
    GROUP BY financial_year
) AS attributed
    ON ledger.financial_year = attributed.financial_year
WHERE attributed.gross IS NULL OR attributed.gross <> ledger.amount
