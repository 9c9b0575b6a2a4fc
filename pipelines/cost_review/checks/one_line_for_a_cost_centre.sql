-- A cost centre of two budget lines would leave open which of them a payment belongs to.
SELECT financial_year, cost_centre, count(DISTINCT s251_line || ' ' || budget_line) AS budget_lines
FROM finance.budgets
GROUP BY financial_year, cost_centre
HAVING count(DISTINCT s251_line || ' ' || budget_line) > 1
