-- Each supplier by its number, month by month: credits are taken off in the month in which they are posted.
WITH named AS (
    SELECT
        ledger.financial_year,
        ledger.month,
        ledger.supplier_id,
        ledger.provider_id,
        lines.supplier_name,
        ledger.amount
    FROM cost_review.ap_ledger AS ledger
    INNER JOIN finance.ledger_lines AS lines ON ledger.ledger_file = lines._file AND ledger.ledger_row = lines._row
),

reported AS (
    SELECT
        financial_year,
        coalesce(month, 'all') AS month,
        coalesce(supplier_id, 'all') AS supplier_id,
        CASE WHEN supplier_id IS NOT NULL THEN min(supplier_name) END AS supplier_name,
        CASE WHEN supplier_id IS NOT NULL THEN min(provider_id) END AS provider_id,
        count(*) AS lines,
        cast(sum(greatest(amount, 0)) AS DECIMAL(18, 2)) AS charged,
        cast(sum(least(amount, 0)) AS DECIMAL(18, 2)) AS credited,
        cast(sum(amount) AS DECIMAL(18, 2)) AS spend
    FROM named
    GROUP BY GROUPING SETS (
        (financial_year, month, supplier_id), (financial_year, month), (financial_year, supplier_id), (financial_year)
    )
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN cost_review.year_states AS states ON reported.financial_year = states.financial_year
