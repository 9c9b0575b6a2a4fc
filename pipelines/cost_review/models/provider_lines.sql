-- The budget line that a provider's sessions and places are paid from, and that of its top-ups: the one that was booked most.
WITH booked AS (
    SELECT
        provider_id,
        CASE WHEN spend_class = 'TOP_UPS' THEN 'TOP_UPS' ELSE 'MAIN' END AS purpose,
        s251_line,
        budget_line,
        spend_class,
        sum(abs(amount)) AS pounds
    FROM cost_review.ap_ledger
    WHERE spend_class IN ('PLACES', 'TOP_UPS', 'INDEPENDENT', 'AP_SERVICES') AND provider_id <> 'UNLINKED'
    GROUP BY provider_id, CASE WHEN spend_class = 'TOP_UPS' THEN 'TOP_UPS' ELSE 'MAIN' END, s251_line, budget_line, spend_class
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY provider_id, purpose ORDER BY pounds DESC, s251_line, budget_line) AS nth
    FROM booked
)

SELECT provider_id, purpose, s251_line, budget_line, spend_class
FROM ranked
WHERE nth = 1
