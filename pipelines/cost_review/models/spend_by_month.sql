-- A year that is reported so far is cut at the last day known, and stands beside the same months of the year before.
WITH cut AS (
    SELECT
        cast($known_month AS VARCHAR) AS month,
        left(cast($known_financial_year AS VARCHAR), 4) AS running_from
),

months AS (
    SELECT ledger.financial_year, ledger.month, sum(ledger.amount) AS spend
    FROM cost_review.ap_ledger AS ledger
    CROSS JOIN cut
    WHERE ledger.month <= cut.month
    GROUP BY ledger.financial_year, ledger.month
),

to_date AS (
    SELECT
        *,
        sum(spend) OVER (PARTITION BY financial_year ORDER BY month) AS spend_to_date,
        cast(cast(left(month, 4) AS BIGINT) - 1 AS VARCHAR) || right(month, 3) AS month_before
    FROM months
)

SELECT
    months.financial_year,
    months.month,
    CASE WHEN names.month_no = 'ng' THEN names.short_name ELSE names.short_name || ' ' || left(months.month, 4) END AS paid_in,
    cast(months.spend AS DECIMAL(18, 2)) AS spend,
    cast(months.spend_to_date AS DECIMAL(18, 2)) AS spend_to_date,
    CASE WHEN left(months.financial_year, 4) = cut.running_from THEN cast(before.spend_to_date AS DECIMAL(18, 2)) END
        AS spend_to_date_same_point,
    states.period_state,
    states.known_to
FROM to_date AS months
CROSS JOIN cut
LEFT JOIN to_date AS before ON months.month_before = before.month
INNER JOIN (
    VALUES
    ('01', 'Jan'), ('02', 'Feb'), ('03', 'Mar'), ('04', 'Apr'), ('05', 'May'), ('06', 'Jun'),
    ('07', 'Jul'), ('08', 'Aug'), ('09', 'Sep'), ('10', 'Oct'), ('11', 'Nov'), ('12', 'Dec'), ('ng', 'Closing')
) AS names (month_no, short_name)
    ON right(months.month, 2) = names.month_no
LEFT JOIN cost_review.year_states AS states ON months.financial_year = states.financial_year
