SELECT
    lines.supplier,
    lines.paid_on,
    lines.line,
    row_number() OVER (PARTITION BY lines.supplier ORDER BY lines.paid_on, lines.line) AS place,
    CAST(sum(lines.amount) OVER (PARTITION BY lines.supplier ORDER BY lines.paid_on, lines.line) AS DECIMAL(18, 2)) AS so_far,
    CAST(lines.amount / nullif(totals.spend, 0) AS DECIMAL(18, 6)) AS share
FROM lines
INNER JOIN by_supplier AS totals ON lines.supplier = totals.supplier AND totals.month = 'all'
