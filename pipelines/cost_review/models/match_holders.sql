-- Who stands behind the pounds of a rule and of a status: the children of the placements that a line is tied to, and the firms
-- that were paid. A credit is of the children of the line that it corrects; a payment that is tied to nobody is somebody's.
-- Transport and journals are sums of budget lines, which are published: no child has a price there. Behind places stand the
-- children of the provider that had fewest: what is due to each is published, and the sum less the others is what it was paid.
WITH lines AS (
    SELECT
        ledger.financial_year,
        ledger.matched_by,
        ledger.match_status,
        ledger.transaction_no,
        ledger.provider_id,
        coalesce(matches.corrects_file, ledger.invoice_file) AS invoice_file,
        coalesce(matches.corrects_row, ledger.invoice_row) AS invoice_row,
        coalesce(
            providers.holding_id, nullif(ledger.provider_id, 'UNLINKED'), ledger.supplier_id, ledger.transaction_no
        ) AS firm,
        ledger.amount
    FROM cost_review.ledger_matches AS ledger
    LEFT JOIN cost_review.invoice_matches AS matches
        ON ledger.invoice_file = matches.invoice_file AND ledger.invoice_row = matches.invoice_row
    LEFT JOIN commissioning.providers AS providers ON ledger.provider_id = providers.provider_id
),

coded AS (
    SELECT
        lines.*,
        CASE cuts.cut WHEN 'RULE' THEN lines.matched_by WHEN 'STATUS' THEN lines.match_status ELSE 'all' END AS code
    FROM lines
    CROSS JOIN (VALUES ('RULE'), ('STATUS'), ('ALL')) AS cuts (cut)
),

children AS (
    SELECT
        coded.financial_year,
        coded.code,
        count(
            DISTINCT coalesce(
                spells.pupil_key,
                candidates.placement_id,
                coded.invoice_file || ' ' || cast(coded.invoice_row AS VARCHAR),
                coded.transaction_no
            )
        ) AS children
    FROM coded
    LEFT JOIN cost_review.invoice_candidates AS candidates
        ON coded.invoice_file = candidates.invoice_file AND coded.invoice_row = candidates.invoice_row
    LEFT JOIN activity.placement_spells AS spells ON candidates.placement_id = spells.placement_id
    WHERE coded.matched_by NOT IN ('P', 'T', 'J')
    GROUP BY coded.financial_year, coded.code
),

used AS (
    SELECT financial_year, provider_id, count(DISTINCT pupil_key) AS children
    FROM activity.placement_months
    GROUP BY financial_year, provider_id
),

fewest AS (
    SELECT coded.financial_year, coded.code, min(used.children) AS children
    FROM coded
    INNER JOIN used ON coded.financial_year = used.financial_year AND coded.provider_id = used.provider_id
    WHERE coded.matched_by = 'P' AND coded.code <> 'all'
    GROUP BY coded.financial_year, coded.code
),

firms AS (
    SELECT financial_year, code, firm, abs(sum(amount)) AS paid
    FROM coded
    GROUP BY financial_year, code, firm
),

in_order AS (
    SELECT
        financial_year,
        code,
        paid,
        row_number() OVER (PARTITION BY financial_year, code ORDER BY paid DESC, firm) AS nth
    FROM firms
    WHERE paid <> 0
),

largest AS (
    SELECT
        financial_year,
        code,
        count(*) AS firms,
        max(CASE WHEN nth = 1 THEN paid ELSE 0 END) AS paid_1,
        max(CASE WHEN nth = 2 THEN paid ELSE 0 END) AS paid_2
    FROM in_order
    GROUP BY financial_year, code
)

SELECT
    coded.financial_year,
    coded.code,
    coalesce(max(children.children), max(fewest.children), 0) AS children,
    coalesce(max(largest.firms), 0) AS firms,
    cast(coalesce(max(largest.paid_1), 0) AS DECIMAL(18, 2)) AS paid_1,
    cast(coalesce(max(largest.paid_2), 0) AS DECIMAL(18, 2)) AS paid_2
FROM coded
LEFT JOIN children ON coded.financial_year = children.financial_year AND coded.code = children.code
LEFT JOIN fewest ON coded.financial_year = fewest.financial_year AND coded.code = fewest.code
LEFT JOIN largest ON coded.financial_year = largest.financial_year AND coded.code = largest.code
GROUP BY coded.financial_year, coded.code
