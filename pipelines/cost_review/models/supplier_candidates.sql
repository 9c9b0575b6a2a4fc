-- Suppliers that are paid for alternative provision and are no provider of the register, each with the providers whose name
-- is like theirs, three at most. Somebody looks, and adds a link to `commissioning.supplier_links`, or does not: a
-- candidate is in no other table. A supplier without any is listed as well.
WITH unlinked AS (
    SELECT
        ledger.supplier_id,
        min(lines.supplier_name) AS supplier_name,
        count(*) AS payments,
        sum(ledger.amount) AS spend,
        max(ledger.paid_on) AS last_paid_on
    FROM cost_review.ap_ledger AS ledger
    INNER JOIN finance.ledger_lines AS lines ON ledger.ledger_file = lines._file AND ledger.ledger_row = lines._row
    WHERE ledger.provider_id = 'UNLINKED' AND ledger.spend_class NOT IN ('TRANSPORT', 'OTHER')
    GROUP BY ledger.supplier_id
),

-- A provider goes by its name in the register, and by what the ledger calls the suppliers that it is.
names AS (
    SELECT provider_id, provider_name AS name FROM cost_review.supplied_providers
    UNION
    SELECT providers.provider_id, lines.supplier_name AS name
    FROM cost_review.supplied_providers AS providers
    INNER JOIN (SELECT DISTINCT supplier_id, supplier_name FROM finance.ledger_lines) AS lines
        ON providers.supplier_id = lines.supplier_id
    WHERE lines.supplier_name IS NOT NULL
),

alike AS (
    SELECT
        unlinked.supplier_id,
        names.provider_id,
        max(name_similarity(unlinked.supplier_name, names.name)) AS similarity
    FROM unlinked
    CROSS JOIN names
    GROUP BY unlinked.supplier_id, names.provider_id
),

nearest AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY supplier_id ORDER BY similarity DESC, provider_id) AS nth
    FROM alike
    WHERE similarity >= 0.50
)

SELECT
    unlinked.supplier_id,
    nearest.provider_id AS candidate_id,
    unlinked.supplier_name,
    providers.provider_name AS candidate_name,
    nearest.similarity,
    unlinked.payments,
    cast(unlinked.spend AS DECIMAL(18, 2)) AS spend,
    unlinked.last_paid_on
FROM unlinked
LEFT JOIN nearest ON unlinked.supplier_id = nearest.supplier_id AND nearest.nth <= 3
LEFT JOIN commissioning.providers AS providers ON nearest.provider_id = providers.provider_id
