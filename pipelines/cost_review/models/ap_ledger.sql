-- A supplier with one provider is that provider; one with several cannot be distinguished in a ledger.
WITH suppliers AS (
    SELECT
        supplier_id,
        min(provider_id) AS provider_id,
        CASE WHEN count(*) = 1 THEN min(provider_name) ELSE min(provider_name) || ' and others' END AS provider_name,
        CASE WHEN min(provision_type) = max(provision_type) THEN min(provision_type) ELSE 'MIXED' END
            AS provision_type
    FROM commissioning.providers
    WHERE supplier_id IS NOT NULL
    GROUP BY supplier_id
),

named AS (
    SELECT days.financial_year, days.month, ledger.*
    FROM finance.ledger_lines AS ledger
    INNER JOIN reference.days AS days ON ledger.paid_on = days.calendar_date
),

budget_lines AS (
    SELECT financial_year, cost_centre, min(s251_line) AS s251_line, min(budget_line) AS budget_line
    FROM finance.budgets
    GROUP BY financial_year, cost_centre
)

SELECT
    named.financial_year,
    named.month,
    named.transaction_no,
    named.supplier_id,
    coalesce(suppliers.provider_id, 'UNLINKED') AS provider_id,
    coalesce(suppliers.provider_name, 'Suppliers not linked to a provider') AS provider_name,
    coalesce(suppliers.provision_type, 'UNLINKED') AS provision_type,
    named.account_code,
    named.cost_centre,
    budget_lines.s251_line,
    budget_lines.budget_line,
    named._file AS ledger_file,
    named._row AS ledger_row,
    named.amount
FROM named
INNER JOIN budget_lines
    ON named.financial_year = budget_lines.financial_year AND named.cost_centre = budget_lines.cost_centre
LEFT JOIN suppliers ON named.supplier_id = suppliers.supplier_id
