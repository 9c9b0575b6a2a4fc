-- The ledger's own period says which year a journal belongs to. Only cost centres that the budget of the year gives to
-- alternative provision.
WITH budget_lines AS (
    SELECT financial_year, cost_centre, min(s251_line) AS s251_line, min(budget_line) AS budget_line
    FROM finance.budgets
    GROUP BY financial_year, cost_centre
),

dated AS (
    SELECT
        *,
        cast(left(period, 4) AS BIGINT) AS period_start,
        cast(right(period, 2) AS BIGINT) AS period_no
    FROM finance.gl_journals
),

named AS (
    SELECT
        *,
        cast(period_start AS VARCHAR) || '-' || right(cast(period_start + 1 AS VARCHAR), 2) AS financial_year,
        CASE
            WHEN period_no > 12 THEN cast(period_start + 1 AS VARCHAR) || '-03 closing'
            WHEN period_no > 9 THEN cast(period_start + 1 AS VARCHAR) || '-' || lpad(cast(period_no - 9 AS VARCHAR), 2, '0')
            ELSE cast(period_start AS VARCHAR) || '-' || lpad(cast(period_no + 3 AS VARCHAR), 2, '0')
        END AS month
    FROM dated
)

SELECT
    named.financial_year,
    named.month,
    named.journal_no,
    named.kind,
    CASE
        WHEN named.kind IN ('ACCRUAL', 'ACCRUAL_REVERSAL') THEN 'ACCRUED'
        WHEN named.kind IN ('RECHARGE_SCHOOL', 'RECHARGE_OTHER_LA') THEN 'INCOME'
        WHEN named.kind = 'PEX_ADJUSTMENT' THEN 'CLAWBACK'
        ELSE 'COST'
    END AS purpose,
    coalesce(named.provider_id, 'UNLINKED') AS provider_id,
    coalesce(providers.provision_type, 'UNLINKED') AS provision_type,
    budget_lines.s251_line,
    budget_lines.budget_line,
    coalesce(lines.spend_class, 'OTHER') AS spend_class,
    named._file AS journal_file,
    named._row AS journal_row,
    named.amount
FROM named
INNER JOIN budget_lines
    ON named.financial_year = budget_lines.financial_year AND named.cost_centre = budget_lines.cost_centre
LEFT JOIN reference.s251_lines AS lines ON budget_lines.s251_line = lines.code
LEFT JOIN commissioning.providers AS providers ON named.provider_id = providers.provider_id
-- What was posted for a month after the last day that is reported is left out.
WHERE
    named.month <= $known_month
