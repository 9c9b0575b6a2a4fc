SELECT supplier, paid_on
FROM lines
UNION ALL
SELECT supplier, max(paid_on) AS paid_on
FROM lines
GROUP BY supplier
