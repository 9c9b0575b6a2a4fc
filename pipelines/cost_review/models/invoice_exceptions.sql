WITH invoiced AS (
    SELECT financial_year, sum(abs(net_amount)) AS invoiced
    FROM cost_review.invoice_facts
    WHERE spend_class IN ('PLACES', 'TOP_UPS', 'INDEPENDENT', 'AP_SERVICES')
    GROUP BY financial_year
),

kinds AS (
    SELECT financial_year, kind, count(*) AS lines, sum(amount) AS amount, count(DISTINCT supplier_id) AS firms
    FROM cost_review.invoice_exception_lines
    GROUP BY financial_year, kind
),

-- A line that is wrong in two ways is one line.
once AS (
    SELECT financial_year, invoice_file, invoice_row, min(supplier_id) AS supplier_id, max(amount) AS amount
    FROM cost_review.invoice_exception_lines
    GROUP BY financial_year, invoice_file, invoice_row
),

whole AS (
    SELECT financial_year, 'any' AS kind, count(*) AS lines, sum(amount) AS amount, count(DISTINCT supplier_id) AS firms
    FROM once
    GROUP BY financial_year
),

cells AS (
    SELECT invoiced.financial_year, listed.kind, invoiced.invoiced
    FROM invoiced
    CROSS JOIN (
        VALUES
        ('NO_ORDER'), ('OVER_ORDER'), ('WRONG_SUPPLIER'), ('WRONG_RATE'), ('DUPLICATE'),
        ('POSSIBLE_DUPLICATE'), ('CREDITED'), ('AFTER_END'), ('NO_PLACEMENT'), ('WRONG_YEAR'),
        ('VAT'), ('SUSPENDED'), ('any')
    ) AS listed (kind)
),

listed_lines AS (
    SELECT financial_year, kind, invoice_file, invoice_row, supplier_id, amount FROM cost_review.invoice_exception_lines
    UNION ALL
    SELECT financial_year, 'any' AS kind, invoice_file, invoice_row, supplier_id, amount FROM once
),

-- Who stands behind the pounds: the children of the placements that a line is tied to. One that is tied to none is somebody's.
tied AS (
    SELECT
        listed_lines.financial_year,
        listed_lines.kind,
        count(
            DISTINCT coalesce(
                spells.pupil_key, candidates.placement_id,
                concat(listed_lines.invoice_file, ' ', cast(listed_lines.invoice_row AS VARCHAR))
            )
        ) AS children
    FROM listed_lines
    LEFT JOIN cost_review.invoice_candidates AS candidates
        ON listed_lines.invoice_file = candidates.invoice_file AND listed_lines.invoice_row = candidates.invoice_row
    LEFT JOIN activity.placement_spells AS spells ON candidates.placement_id = spells.placement_id
    GROUP BY listed_lines.financial_year, listed_lines.kind
),

by_firm AS (
    SELECT financial_year, kind, supplier_id, sum(amount) AS amount
    FROM listed_lines
    GROUP BY financial_year, kind, supplier_id
),

in_order AS (
    SELECT
        financial_year,
        kind,
        amount,
        row_number() OVER (PARTITION BY financial_year, kind ORDER BY amount DESC, supplier_id) AS nth
    FROM by_firm
),

largest AS (
    SELECT
        financial_year,
        kind,
        max(CASE WHEN nth = 1 THEN amount ELSE 0 END) AS amount_1,
        max(CASE WHEN nth = 2 THEN amount ELSE 0 END) AS amount_2
    FROM in_order
    GROUP BY financial_year, kind
),

found AS (
    SELECT financial_year, kind, lines, amount, firms FROM kinds
    UNION ALL
    SELECT financial_year, kind, lines, amount, firms FROM whole
)

SELECT
    cells.financial_year,
    cells.kind,
    coalesce(found.lines, 0) AS lines,
    cast(coalesce(found.amount, 0) AS DECIMAL(18, 2)) AS amount,
    coalesce(found.firms, 0) AS firms,
    coalesce(tied.children, 0) AS children,
    cast(coalesce(largest.amount_1, 0) AS DECIMAL(18, 2)) AS amount_1,
    cast(coalesce(largest.amount_2, 0) AS DECIMAL(18, 2)) AS amount_2,
    cast(cells.invoiced AS DECIMAL(18, 2)) AS invoiced,
    states.period_state,
    states.known_to
FROM cells
LEFT JOIN tied ON cells.financial_year = tied.financial_year AND cells.kind = tied.kind
LEFT JOIN largest ON cells.financial_year = largest.financial_year AND cells.kind = largest.kind
LEFT JOIN found ON cells.financial_year = found.financial_year AND cells.kind = found.kind
LEFT JOIN cost_review.year_states AS states ON cells.financial_year = states.financial_year
