WITH months AS (
    SELECT financial_year, month, sum(amount) AS spend
    FROM cost_review.ap_ledger
    GROUP BY financial_year, month
)

SELECT
    months.financial_year,
    months.month,
    CASE WHEN names.month_no = 'ng' THEN names.short_name ELSE names.short_name || ' ' || left(months.month, 4) END AS paid_in,
    cast(months.spend AS DECIMAL(18, 2)) AS spend,
    cast(sum(months.spend) OVER (PARTITION BY months.financial_year ORDER BY months.month) AS DECIMAL(18, 2))
        AS spend_to_date
FROM months
INNER JOIN (
    VALUES
    ('01', 'Jan'), ('02', 'Feb'), ('03', 'Mar'), ('04', 'Apr'), ('05', 'May'), ('06', 'Jun'),
    ('07', 'Jul'), ('08', 'Aug'), ('09', 'Sep'), ('10', 'Oct'), ('11', 'Nov'), ('12', 'Dec'), ('ng', 'Closing')
) AS names (month_no, short_name)
    ON right(months.month, 2) = names.month_no
