-- Where the budget is and where the year will end. A finished year's outturn is what was paid and booked in it,
-- and accrued at its end. A running year's is
-- the forecast of finance, or where finance has none for a line with payments, this service's own; never what was paid so far.
WITH states AS (
    SELECT * FROM cost_review.financial_states
),

budgeted AS (
    SELECT
        financial_year,
        s251_line,
        budget_line,
        coalesce(min(profile), 'TWELFTHS') AS profile,
        sum(approved) AS approved_budget,
        sum(revised) AS revised_budget,
        -- One cost centre without a forecast leaves the line without one.
        CASE WHEN count(forecast) = count(*) THEN sum(forecast) END AS finance_forecast
    FROM finance.budgets
    GROUP BY financial_year, s251_line, budget_line
),

-- Payments, and what is booked without one; accruals are neither.
booked AS (
    SELECT financial_year, s251_line, budget_line, month, amount FROM cost_review.ap_ledger
    UNION ALL
    SELECT financial_year, s251_line, budget_line, month, amount FROM cost_review.ap_journals WHERE purpose <> 'ACCRUED'
),

-- What is paid on an account without a budget is a line without one.
budgets AS (
    SELECT * FROM budgeted
    UNION ALL
    SELECT DISTINCT
        booked.financial_year,
        booked.s251_line,
        booked.budget_line,
        'TWELFTHS' AS profile,
        cast(0 AS DECIMAL(18, 2)) AS approved_budget,
        cast(0 AS DECIMAL(18, 2)) AS revised_budget,
        cast(NULL AS DECIMAL(18, 2)) AS finance_forecast
    FROM booked
    LEFT JOIN budgeted
        ON
            booked.financial_year = budgeted.financial_year
            AND booked.s251_line = budgeted.s251_line
            AND booked.budget_line = budgeted.budget_line
    WHERE budgeted.budget_line IS NULL
),

cost_centres AS (
    SELECT financial_year, cost_centre, min(s251_line) AS s251_line, min(budget_line) AS budget_line
    FROM finance.budgets
    GROUP BY financial_year, cost_centre
),

-- The month up to which a year that is reported so far is known, and the same months of the year before.
cut AS (
    SELECT
        cast($known_month AS VARCHAR) AS month,
        cast($known_month_before AS VARCHAR) AS month_before,
        left(cast($known_financial_year AS VARCHAR), 4) AS running_from,
        left(cast($known_financial_year_before AS VARCHAR), 4) AS before_from
),

actuals AS (
    SELECT ledger.financial_year, ledger.s251_line, ledger.budget_line, sum(ledger.amount) AS actual
    FROM booked AS ledger
    CROSS JOIN cut
    WHERE ledger.month <= cut.month
    GROUP BY ledger.financial_year, ledger.s251_line, ledger.budget_line
),

same_point AS (
    SELECT ledger.s251_line, ledger.budget_line, sum(ledger.amount) AS actual
    FROM booked AS ledger
    CROSS JOIN cut
    WHERE left(ledger.financial_year, 4) = cut.before_from AND ledger.month <= cut.month_before
    GROUP BY ledger.s251_line, ledger.budget_line
),

-- The twelfths, elevenths and terms that have come.
shares AS (
    SELECT states.financial_year, profiles.profile, sum(profiles.parts) AS parts, max(profiles.of_parts) AS of_parts
    FROM states
    INNER JOIN reference.budget_profiles AS profiles
        ON
            make_date(
                states.financial_start + CASE WHEN profiles.month_no > 9 THEN 1 ELSE 0 END,
                CASE WHEN profiles.month_no > 9 THEN profiles.month_no - 9 ELSE profiles.month_no + 3 END,
                1
            ) <= states.known_to
    GROUP BY states.financial_year, profiles.profile
),

-- Of a running year, what this service estimates; of each year, what the ledger accrued at its end, less what it reversed
-- at its beginning: that is the service of the year before.
accrued AS (
    SELECT financial_year, s251_line, budget_line, sum(amount) AS accrued
    FROM (
        SELECT financial_year, s251_line, budget_line, accrued AS amount
        FROM cost_review.accrual_lines
        WHERE basis = 'NOW'
        UNION ALL
        SELECT financial_year, s251_line, budget_line, amount FROM cost_review.ap_journals WHERE purpose = 'ACCRUED'
    ) AS parts
    GROUP BY financial_year, s251_line, budget_line
),

-- What is ordered and not invoiced, by the days of service that are to come: those in the year over all of them.
invoiced AS (
    SELECT po_no, account_code, sum(net_amount) AS invoiced
    FROM cost_review.invoice_facts
    WHERE po_no IS NOT NULL
    GROUP BY po_no, account_code
),

open_orders AS (
    SELECT
        states.financial_year,
        orders.cost_centre,
        greatest(orders.net_amount - coalesce(invoiced.invoiced, 0), 0) AS rest,
        greatest(orders.service_to - greatest(states.known_to, orders.service_from - INTERVAL '1 day'), 0) AS days_to_come,
        greatest(
            least(orders.service_to, states.ends_on) - greatest(states.known_to, orders.service_from - INTERVAL '1 day'), 0
        ) AS days_in_year
    FROM finance.purchase_orders AS orders
    INNER JOIN states ON states.period_state = 'RUNNING' AND orders.service_from <= states.ends_on
    LEFT JOIN invoiced
        ON orders.po_no = invoiced.po_no AND orders.account_code = coalesce(invoiced.account_code, orders.account_code)
    WHERE orders.status = 'OPEN' AND orders.service_from IS NOT NULL AND orders.service_to IS NOT NULL
),

committed AS (
    SELECT
        orders.financial_year,
        cost_centres.s251_line,
        cost_centres.budget_line,
        sum(
            CASE
                WHEN orders.days_to_come > 0
                    THEN exact(orders.rest) * cast(orders.days_in_year AS DECIMAL(9, 0))
                        / cast(orders.days_to_come AS DECIMAL(9, 0))
                ELSE 0
            END
        ) AS commitment,
        sum(CASE WHEN orders.days_to_come > 0 THEN 0 ELSE orders.rest END) AS uninvoiced_past
    FROM open_orders AS orders
    INNER JOIN cost_centres
        ON orders.financial_year = cost_centres.financial_year AND orders.cost_centre = cost_centres.cost_centre
    GROUP BY orders.financial_year, cost_centres.s251_line, cost_centres.budget_line
),

ours AS (
    SELECT financial_year, s251_line, budget_line, sum(central) AS forecast
    FROM cost_review.forecast_lines
    WHERE basis = 'NOW'
    GROUP BY financial_year, s251_line, budget_line
),

lines AS (
    SELECT
        budgets.financial_year,
        states.period_state,
        states.known_to,
        CASE
            WHEN coalesce(classes.spend_class, 'OTHER') IN ('PLACES', 'TOP_UPS', 'INDEPENDENT', 'AP_SERVICES') THEN 'AP'
            ELSE 'APART'
        END AS part,
        budgets.s251_line || ' ' || budgets.budget_line AS budget_line,
        budgets.profile,
        budgets.approved_budget,
        budgets.revised_budget,
        cast(
            budgets.revised_budget * cast(coalesce(shares.parts, 0) AS DECIMAL(9, 0))
            / cast(coalesce(shares.of_parts, 1) AS DECIMAL(9, 0)) AS DECIMAL(18, 2)
        ) AS profiled,
        coalesce(actuals.actual, 0) AS actual,
        CASE WHEN left(budgets.financial_year, 4) = cut.running_from THEN coalesce(same_point.actual, 0) END
            AS actual_same_point,
        coalesce(accrued.accrued, 0) AS accrued,
        cast(coalesce(committed.commitment, 0) AS DECIMAL(18, 2)) AS commitment,
        cast(coalesce(committed.uninvoiced_past, 0) AS DECIMAL(18, 2)) AS uninvoiced_past,
        budgets.finance_forecast,
        CASE
            -- Of a year that lacks a month nothing is the whole.
            WHEN states.period_state = 'INCOMPLETE' THEN 'NONE'
            WHEN states.period_state = 'FINISHED' AND actuals.actual IS NOT NULL THEN 'PAID'
            WHEN budgets.finance_forecast IS NOT NULL THEN 'FINANCE'
            WHEN actuals.actual IS NOT NULL AND ours.forecast IS NOT NULL THEN 'SERVICE'
            ELSE 'NONE'
        END AS forecast_by,
        ours.forecast AS own_forecast
    FROM budgets
    INNER JOIN states ON budgets.financial_year = states.financial_year
    CROSS JOIN cut
    LEFT JOIN same_point
        ON budgets.s251_line = same_point.s251_line AND budgets.budget_line = same_point.budget_line
    LEFT JOIN reference.s251_lines AS classes ON budgets.s251_line = classes.code
    LEFT JOIN shares ON budgets.financial_year = shares.financial_year AND budgets.profile = shares.profile
    LEFT JOIN actuals
        ON
            budgets.financial_year = actuals.financial_year
            AND budgets.s251_line = actuals.s251_line
            AND budgets.budget_line = actuals.budget_line
    LEFT JOIN accrued
        ON
            budgets.financial_year = accrued.financial_year
            AND budgets.s251_line = accrued.s251_line
            AND budgets.budget_line = accrued.budget_line
    LEFT JOIN committed
        ON
            budgets.financial_year = committed.financial_year
            AND budgets.s251_line = committed.s251_line
            AND budgets.budget_line = committed.budget_line
    LEFT JOIN ours
        ON
            budgets.financial_year = ours.financial_year
            AND budgets.s251_line = ours.s251_line
            AND budgets.budget_line = ours.budget_line
),

outturns AS (
    SELECT
        *,
        CASE forecast_by
            WHEN 'PAID' THEN actual + accrued
            WHEN 'FINANCE' THEN finance_forecast
            WHEN 'SERVICE' THEN own_forecast
        END AS outturn
    FROM lines
),

levels AS (
    SELECT financial_year, 'LINE' AS level, budget_line AS name, * EXCEPT (financial_year) FROM outturns
    UNION ALL
    SELECT financial_year, 'PART' AS level, part AS name, * EXCEPT (financial_year) FROM outturns
    UNION ALL
    SELECT financial_year, 'ALL' AS level, 'all' AS name, * EXCEPT (financial_year) FROM outturns
)

SELECT
    financial_year,
    level,
    name AS budget_line,
    CASE WHEN level = 'ALL' THEN 'all' ELSE min(part) END AS part,
    min(period_state) AS period_state,
    min(known_to) AS known_to,
    CASE WHEN level = 'LINE' THEN min(profile) END AS profile,
    CASE WHEN min(forecast_by) = max(forecast_by) THEN min(forecast_by) ELSE 'SEVERAL' END AS forecast_by,
    cast(sum(approved_budget) AS DECIMAL(18, 2)) AS approved_budget,
    cast(sum(revised_budget) AS DECIMAL(18, 2)) AS revised_budget,
    cast(sum(profiled) AS DECIMAL(18, 2)) AS profiled,
    cast(sum(actual) AS DECIMAL(18, 2)) AS actual,
    cast(sum(actual_same_point) AS DECIMAL(18, 2)) AS actual_same_point,
    cast(sum(accrued) AS DECIMAL(18, 2)) AS accrued,
    cast(sum(commitment) AS DECIMAL(18, 2)) AS commitment,
    cast(sum(uninvoiced_past) AS DECIMAL(18, 2)) AS uninvoiced_past,
    cast(CASE WHEN count(finance_forecast) = count(*) THEN sum(finance_forecast) END AS DECIMAL(18, 2)) AS finance_forecast,
    -- A sum of which a part is not known is not known.
    cast(CASE WHEN count(outturn) = count(*) THEN sum(outturn) END AS DECIMAL(18, 2)) AS outturn,
    cast(CASE WHEN count(outturn) = count(*) THEN sum(outturn) - sum(revised_budget) END AS DECIMAL(18, 2)) AS variance,
    cast(sum(actual) + sum(accrued) - sum(profiled) AS DECIMAL(18, 2)) AS to_date_variance,
    cast(CASE WHEN min(period_state) = 'RUNNING' AND count(outturn) = count(*) THEN sum(outturn) END AS DECIMAL(18, 2))
        AS forecast,
    cast(
        CASE
            WHEN min(period_state) = 'RUNNING' AND count(outturn) = count(*) THEN sum(outturn) - sum(revised_budget)
        END AS DECIMAL(18, 2)
    ) AS forecast_variance
FROM levels
GROUP BY financial_year, level, name
