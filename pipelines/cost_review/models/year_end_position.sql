-- What is left of the block's part at the end of a finished year, in the shape in which forums are shown it.
WITH clawback AS (
    SELECT days.financial_year, sum(lines.collected) AS collected
    FROM cost_review.recoupment_lines AS lines
    INNER JOIN reference.days AS days ON lines.collected_on = days.calendar_date
    GROUP BY days.financial_year
),

-- What of it the ledger has on the lines of alternative provision makes the outturn less, and is not taken twice.
in_outturn AS (
    SELECT financial_year, -sum(amount) AS collected
    FROM cost_review.ap_journals
    WHERE purpose = 'CLAWBACK' AND spend_class IN ('PLACES', 'TOP_UPS', 'INDEPENDENT', 'AP_SERVICES')
    GROUP BY financial_year
),

deducted AS (
    SELECT financial_year, sum(cast(deducted AS DECIMAL(18, 2))) AS deducted
    FROM reference.high_needs_blocks
    WHERE cast(area_code AS VARCHAR) = $la_code
    GROUP BY financial_year
)

SELECT
    budget.financial_year,
    budget.revised_budget AS budget,
    coalesce(deducted.deducted, 0) AS deducted,
    cast(coalesce(clawback.collected, 0) AS DECIMAL(18, 2)) AS clawback,
    cast(budget.outturn + coalesce(in_outturn.collected, 0) AS DECIMAL(18, 2)) AS payments,
    cast(
        budget.revised_budget - coalesce(deducted.deducted, 0) + coalesce(clawback.collected, 0)
        - budget.outturn - coalesce(in_outturn.collected, 0) AS DECIMAL(18, 2)
    ) AS left_over,
    states.period_state,
    states.known_to
FROM cost_review.budget_position AS budget
LEFT JOIN clawback ON budget.financial_year = clawback.financial_year
LEFT JOIN in_outturn ON budget.financial_year = in_outturn.financial_year
LEFT JOIN deducted ON budget.financial_year = deducted.financial_year
LEFT JOIN cost_review.year_states AS states ON budget.financial_year = states.financial_year
WHERE budget.budget_line = 'AP' AND budget.period_state = 'FINISHED'
