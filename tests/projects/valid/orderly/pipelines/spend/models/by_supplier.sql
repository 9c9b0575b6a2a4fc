SELECT
    coalesce(supplier, 'all') AS supplier,
    coalesce(to_char(paid_on, '%Y-%m'), 'all') AS month,
    count(*) AS lines,
    count(DISTINCT paid_on) AS days,
    CAST(sum(amount) AS DECIMAL(18, 2)) AS spend,
    CAST(avg(amount) AS DECIMAL(18, 4)) AS mean
FROM lines
GROUP BY GROUPING SETS ((supplier, to_char(paid_on, '%Y-%m')), (supplier), ())
