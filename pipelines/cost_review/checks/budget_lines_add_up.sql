-- Alternative provision and what stands apart are all lines; outturn less budget is the variance. Returns what is not so.
WITH sums AS (
    SELECT
        financial_year,
        sum(CASE WHEN level = 'ALL' THEN revised_budget END) AS whole_budget,
        sum(CASE WHEN level = 'PART' THEN revised_budget END) AS parts_budget,
        sum(CASE WHEN level = 'LINE' THEN revised_budget END) AS lines_budget,
        sum(CASE WHEN level = 'ALL' THEN actual END) AS whole_actual,
        sum(CASE WHEN level = 'PART' THEN actual END) AS parts_actual,
        sum(CASE WHEN level = 'LINE' THEN actual END) AS lines_actual,
        sum(CASE WHEN level = 'ALL' THEN profiled + accrued + commitment END) AS whole_rest,
        sum(CASE WHEN level = 'LINE' THEN profiled + accrued + commitment END) AS lines_rest,
        sum(CASE WHEN variance <> outturn - revised_budget THEN 1 ELSE 0 END) AS wrong_variances
    FROM cost_review.budget_position
    GROUP BY financial_year
)

SELECT *
FROM sums
WHERE
    whole_budget <> parts_budget
    OR whole_budget <> lines_budget
    OR whole_actual <> parts_actual
    OR whole_actual <> lines_actual
    OR whole_rest <> lines_rest
    OR wrong_variances > 0
