-- What came after a year was closed for service before it, beside what the ledger had accrued for it: how good accruals are.
WITH classes AS (
    SELECT states.financial_year, states.financial_start, states.ends_on, states.period_state, states.known_to, listed.spend_class
    FROM cost_review.financial_states AS states
    CROSS JOIN (
        VALUES ('PLACES'), ('TOP_UPS'), ('INDEPENDENT'), ('AP_SERVICES')
    ) AS listed (spend_class)
    WHERE states.period_state = 'FINISHED'
),

late AS (
    SELECT
        classes.financial_year,
        classes.spend_class,
        count(*) AS lines,
        sum(facts.net_amount) AS amount
    FROM classes
    INNER JOIN cost_review.invoice_facts AS facts
        ON
            classes.spend_class = facts.spend_class
            AND facts.service_to <= classes.ends_on
            AND facts.service_to > classes.ends_on - INTERVAL '12 months'
            AND cast(left(facts.financial_year, 4) AS BIGINT) > classes.financial_start
    GROUP BY classes.financial_year, classes.spend_class
),

accrued AS (
    SELECT financial_year, spend_class, sum(amount) AS amount
    FROM cost_review.ap_journals
    WHERE kind = 'ACCRUAL'
    GROUP BY financial_year, spend_class
)

SELECT
    classes.financial_year,
    coalesce(classes.spend_class, 'all') AS spend_class,
    cast(coalesce(sum(late.lines), 0) AS BIGINT) AS lines,
    cast(coalesce(sum(late.amount), 0) AS DECIMAL(18, 2)) AS amount,
    cast(coalesce(sum(accrued.amount), 0) AS DECIMAL(18, 2)) AS accrued_at_close,
    cast(coalesce(sum(late.amount), 0) - coalesce(sum(accrued.amount), 0) AS DECIMAL(18, 2)) AS beyond_accrual,
    max(classes.period_state) AS period_state,
    max(classes.known_to) AS known_to
FROM classes
LEFT JOIN late ON classes.financial_year = late.financial_year AND classes.spend_class = late.spend_class
LEFT JOIN accrued ON classes.financial_year = accrued.financial_year AND classes.spend_class = accrued.spend_class
GROUP BY GROUPING SETS ((classes.financial_year, classes.spend_class), (classes.financial_year))
