-- A supplier with one provider is that provider; one with several cannot be distinguished in a ledger.
WITH suppliers AS (
    SELECT
        supplier_id,
        min(ledger_provider_id) AS provider_id,
        CASE
            WHEN count(*) = 1 THEN min(provider_name)
            ELSE min(CASE WHEN provider_id = ledger_provider_id THEN provider_name END) || ' and others'
        END AS provider_name,
        CASE WHEN min(provision_type) = max(provision_type) THEN min(provision_type) ELSE 'MIXED' END
            AS provision_type
    FROM cost_review.supplied_providers
    WHERE supplier_id IS NOT NULL
    GROUP BY supplier_id
),

-- The ledger's own period says which year a payment belongs to: what closes March is paid in April.
dated AS (
    SELECT
        *,
        CASE WHEN regexp_like(period, '^20[0-9]{2}(0[1-9]|1[0-5])$') THEN cast(left(period, 4) AS BIGINT) END
            AS period_start,
        CASE WHEN regexp_like(period, '^20[0-9]{2}(0[1-9]|1[0-5])$') THEN cast(right(period, 2) AS BIGINT) END
            AS period_no
    FROM finance.ledger_lines
),

named AS (
    SELECT
        dated.*,
        coalesce(
            cast(dated.period_start AS VARCHAR) || '-' || right(cast(dated.period_start + 1 AS VARCHAR), 2),
            days.financial_year
        ) AS financial_year,
        CASE
            WHEN dated.period_no IS NULL THEN days.month
            WHEN dated.period_no > 12 THEN cast(dated.period_start + 1 AS VARCHAR) || '-03 closing'
            WHEN dated.period_no > 9
                THEN cast(dated.period_start + 1 AS VARCHAR) || '-' || lpad(cast(dated.period_no - 9 AS VARCHAR), 2, '0')
            ELSE cast(dated.period_start AS VARCHAR) || '-' || lpad(cast(dated.period_no + 3 AS VARCHAR), 2, '0')
        END AS month,
        coalesce(dated.period_no > 12, FALSE) AS closing
    FROM dated
    INNER JOIN reference.days AS days ON dated.paid_on = days.calendar_date
),

budget_lines AS (
    SELECT financial_year, cost_centre, min(s251_line) AS s251_line, min(budget_line) AS budget_line
    FROM finance.budgets
    GROUP BY financial_year, cost_centre
),

-- What no budget of the year names is alternative provision where the council's list says so of the account, on the cost
-- centre or on any.
accounts AS (
    SELECT
        upper(cast(account_code AS VARCHAR)) AS account_code,
        upper(cast(cost_centre AS VARCHAR)) AS cost_centre,
        min(cast(s251_line AS VARCHAR)) AS s251_line,
        min(cast(budget_line AS VARCHAR)) AS budget_line
    FROM finance.ledger_accounts
    GROUP BY 1, 2
),

lined AS (
    SELECT
        named.*,
        coalesce(budget_lines.s251_line, of_both.s251_line, of_account.s251_line) AS s251_line,
        coalesce(budget_lines.budget_line, of_both.budget_line, of_account.budget_line) AS budget_line
    FROM named
    LEFT JOIN budget_lines
        ON named.financial_year = budget_lines.financial_year AND named.cost_centre = budget_lines.cost_centre
    LEFT JOIN accounts AS of_both
        ON named.account_code = of_both.account_code AND named.cost_centre = of_both.cost_centre
    LEFT JOIN accounts AS of_account
        ON named.account_code = of_account.account_code AND of_account.cost_centre IS NULL
)

SELECT
    named.financial_year,
    named.month,
    named.closing,
    named.paid_on,
    named.transaction_no,
    named.supplier_id,
    coalesce(suppliers.provider_id, 'UNLINKED') AS provider_id,
    coalesce(suppliers.provider_name, 'Suppliers not linked to a provider') AS provider_name,
    coalesce(suppliers.provision_type, 'UNLINKED') AS provision_type,
    named.account_code,
    named.cost_centre,
    named.s251_line,
    named.budget_line,
    coalesce(lines.spend_class, 'OTHER') AS spend_class,
    named._file AS ledger_file,
    named._row AS ledger_row,
    named.amount
FROM lined AS named
LEFT JOIN reference.s251_lines AS lines ON named.s251_line = lines.code
LEFT JOIN suppliers ON named.supplier_id = suppliers.supplier_id
-- What was paid after the last day that is reported is left out.
WHERE
    named.budget_line IS NOT NULL
    AND named.month <= $known_month
