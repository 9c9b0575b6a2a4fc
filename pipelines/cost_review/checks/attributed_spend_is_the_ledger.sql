-- What is shared out by who asked for it adds up to the ledger, to the penny.
SELECT ledger.financial_year, ledger.amount, attributed.gross
FROM (
    SELECT financial_year, sum(amount) AS amount
    FROM cost_review.ap_ledger
    GROUP BY financial_year
) AS ledger
LEFT JOIN (
    SELECT financial_year, sum(gross) AS gross
    FROM cost_review.attributed_spend
    GROUP BY financial_year
) AS attributed
    ON ledger.financial_year = attributed.financial_year
WHERE attributed.gross IS NULL OR attributed.gross <> ledger.amount
