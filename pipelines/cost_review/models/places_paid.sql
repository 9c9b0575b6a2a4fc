-- What each provider was paid for places and for top-ups: what is owed and what is to come is less that. Of the years that
-- are forecast once more, only what had been paid by then.
WITH payments AS (
    SELECT
        financial_year,
        coalesce(transaction_no, ledger_file || ' ' || cast(ledger_row AS VARCHAR)) AS transaction_no,
        supplier_id,
        min(left(month, 7)) AS month
    FROM cost_review.ap_ledger
    GROUP BY
        financial_year,
        coalesce(transaction_no, ledger_file || ' ' || cast(ledger_row AS VARCHAR)),
        supplier_id
),

paid AS (
    SELECT 'NOW' AS basis, financial_year, provider_id, matched_by, spend_class, amount
    FROM cost_review.ledger_matches
    UNION ALL
    SELECT
        points.basis, matches.financial_year, matches.provider_id, matches.matched_by, matches.spend_class, matches.amount
    FROM cost_review.ledger_matches AS matches
    INNER JOIN payments
        ON
            matches.financial_year = payments.financial_year
            AND matches.transaction_no = payments.transaction_no
            AND matches.supplier_id = payments.supplier_id
    INNER JOIN cost_review.forecast_points AS points
        ON
            points.basis <> 'NOW'
            AND matches.financial_year = points.financial_year
            AND payments.month <= points.known_month
)

SELECT
    basis,
    financial_year,
    provider_id,
    cast(sum(CASE WHEN matched_by = 'P' THEN amount ELSE 0 END) AS DECIMAL(18, 2)) AS places_paid,
    cast(sum(CASE WHEN spend_class = 'TOP_UPS' AND matched_by <> 'J' THEN amount ELSE 0 END) AS DECIMAL(18, 2)) AS top_ups_paid
FROM paid
GROUP BY basis, financial_year, provider_id
