WITH ledger_end AS (
    SELECT max(paid_on) AS last_payment FROM finance.ledger_lines
),

budgets AS (
    SELECT
        financial_year,
        s251_line,
        budget_line,
        sum(approved) AS approved_budget,
        sum(revised) AS revised_budget,
        sum(forecast) AS forecast
    FROM finance.budgets
    GROUP BY financial_year, s251_line, budget_line
),

actuals AS (
    SELECT financial_year, s251_line, budget_line, sum(amount) AS actual
    FROM cost_review.ap_ledger
    GROUP BY financial_year, s251_line, budget_line
),

lines AS (
    SELECT
        budgets.financial_year,
        budgets.s251_line,
        budgets.budget_line,
        budgets.approved_budget,
        budgets.revised_budget,
        coalesce(actuals.actual, 0) AS actual,
        -- A year that the ledger has passed is closed: its outturn is what was paid. A line without any
        -- payment, such as income, is not in a ledger of payments: its forecast stands.
        CASE
            WHEN
                ledger_end.last_payment > make_date(cast(left(budgets.financial_year, 4) AS BIGINT) + 1, 3, 31)
                AND actuals.actual IS NOT NULL
                THEN actuals.actual
            ELSE coalesce(budgets.forecast, actuals.actual, 0)
        END AS outturn
    FROM budgets
    CROSS JOIN ledger_end
    LEFT JOIN actuals
        ON
            budgets.financial_year = actuals.financial_year
            AND budgets.s251_line = actuals.s251_line
            AND budgets.budget_line = actuals.budget_line
),

totals AS (
    SELECT
        financial_year,
        coalesce(s251_line || ' ' || budget_line, 'all') AS budget_line,
        sum(approved_budget) AS approved_budget,
        sum(revised_budget) AS revised_budget,
        sum(actual) AS actual,
        sum(outturn) AS outturn
    FROM lines
    GROUP BY GROUPING SETS ((financial_year, s251_line, budget_line), (financial_year))
)

SELECT
    financial_year,
    budget_line,
    cast(approved_budget AS DECIMAL(18, 2)) AS approved_budget,
    cast(revised_budget AS DECIMAL(18, 2)) AS revised_budget,
    cast(actual AS DECIMAL(18, 2)) AS actual,
    cast(outturn AS DECIMAL(18, 2)) AS outturn,
    cast(outturn - revised_budget AS DECIMAL(18, 2)) AS variance
FROM totals
