-- The steps lead from the one year to the other, to the penny.
SELECT financial_year, sum(CASE WHEN step = '8_AFTER' THEN -amount ELSE amount END) AS difference
FROM cost_review.year_bridge
GROUP BY financial_year
HAVING sum(CASE WHEN step = '8_AFTER' THEN -amount ELSE amount END) <> 0
