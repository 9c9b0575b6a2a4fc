-- What each provider was paid for places and for top-ups: what is owed and what is to come is less that.
SELECT
    financial_year,
    provider_id,
    cast(sum(CASE WHEN matched_by = 'P' THEN amount ELSE 0 END) AS DECIMAL(18, 2)) AS places_paid,
    cast(sum(CASE WHEN spend_class = 'TOP_UPS' AND matched_by <> 'J' THEN amount ELSE 0 END) AS DECIMAL(18, 2)) AS top_ups_paid
FROM cost_review.ledger_matches
GROUP BY financial_year, provider_id
