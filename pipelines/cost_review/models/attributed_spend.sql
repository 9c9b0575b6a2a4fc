-- Who asked for what was paid for. A payment that is matched goes with its placement; what is not matched is taken for the
-- council's own children at the provider. Places bought in block are shared by the full-time equivalent days of all who
-- used them. Pennies are given out in the order of the commissioners, so that the parts add up to the payment.
WITH register AS (
    SELECT DISTINCT provider_id, ledger_provider_id FROM cost_review.supplied_providers
),

used AS (
    SELECT
        months.financial_year,
        register.ledger_provider_id AS provider_id,
        months.commissioner,
        sum(months.fte_days) AS fte_days
    FROM activity.placement_months AS months
    INNER JOIN register ON months.provider_id = register.provider_id
    GROUP BY months.financial_year, register.ledger_provider_id, months.commissioner
),

with_placements AS (
    SELECT DISTINCT register.ledger_provider_id AS provider_id
    FROM activity.placement_spells AS spells
    INNER JOIN register ON spells.provider_id = register.provider_id
),

-- Places, hospital education and what nothing can be said of are whole payments.
shared AS (
    SELECT
        financial_year,
        provider_id,
        provision_type,
        spend_class,
        cast(sum(amount) AS DECIMAL(18, 2)) AS amount
    FROM cost_review.ledger_matches
    WHERE matched_by IN ('P', 'J') OR spend_class = 'HOSPITAL'
    GROUP BY financial_year, provider_id, provision_type, spend_class
),

portions AS (
    SELECT
        shared.financial_year,
        shared.provider_id,
        shared.provision_type,
        shared.spend_class,
        shared.amount,
        used.commissioner,
        used.fte_days,
        sum(used.fte_days) OVER (
            PARTITION BY shared.financial_year, shared.provider_id, shared.provision_type, shared.spend_class ORDER BY used.commissioner
        ) AS up_to,
        sum(used.fte_days) OVER (
            PARTITION BY shared.financial_year, shared.provider_id, shared.provision_type, shared.spend_class
        ) AS whole
    FROM shared
    INNER JOIN used ON shared.financial_year = used.financial_year AND shared.provider_id = used.provider_id
),

by_use AS (
    SELECT
        financial_year,
        provider_id,
        provision_type,
        spend_class,
        commissioner,
        -- A quotient is cut off: rounded to eight places, half a penny is half a penny.
        round(
            cast(
                cast(amount AS DECIMAL(14, 2)) * cast(up_to AS DECIMAL(18, 6)) / cast(whole AS DECIMAL(18, 6))
                AS DECIMAL(24, 8)
            ), 2
        )
        - round(
            cast(
                cast(amount AS DECIMAL(14, 2)) * cast(up_to - fte_days AS DECIMAL(18, 6)) / cast(whole AS DECIMAL(18, 6))
                AS DECIMAL(24, 8)
            ), 2
        ) AS amount
    FROM portions
    UNION ALL
    -- Places that nobody used.
    SELECT
        shared.financial_year,
        shared.provider_id,
        shared.provision_type,
        shared.spend_class,
        'UNALLOCATED' AS commissioner,
        shared.amount
    FROM shared
    LEFT JOIN (SELECT DISTINCT financial_year, provider_id FROM used) AS any_use
        ON shared.financial_year = any_use.financial_year AND shared.provider_id = any_use.provider_id
    WHERE any_use.provider_id IS NULL
),

rest AS (
    SELECT * FROM cost_review.ledger_matches WHERE NOT (matched_by IN ('P', 'J') OR spend_class = 'HOSPITAL')
),

-- Only what an invoice line says goes with its placements; up to a pound of rounding stays with the council.
by_placement AS (
    SELECT
        rest.financial_year,
        rest.provider_id,
        rest.provision_type,
        rest.spend_class,
        spells.commissioner,
        shares.amount,
        rest.invoice_file,
        rest.invoice_row
    FROM rest
    INNER JOIN cost_review.invoice_match_shares AS shares
        ON rest.invoice_file = shares.invoice_file AND rest.invoice_row = shares.invoice_row
    INNER JOIN activity.placement_spells AS spells ON shares.placement_id = spells.placement_id
),

tied AS (
    SELECT invoice_file, invoice_row, sum(amount) AS amount FROM by_placement GROUP BY invoice_file, invoice_row
),

left_over AS (
    SELECT
        rest.financial_year,
        rest.provider_id,
        rest.provision_type,
        rest.spend_class,
        CASE
            WHEN rest.spend_class IN ('TRANSPORT', 'OTHER') OR with_placements.provider_id IS NULL THEN 'UNALLOCATED'
            ELSE 'LA'
        END AS commissioner,
        rest.amount - coalesce(tied.amount, 0) AS amount
    FROM rest
    LEFT JOIN tied ON rest.invoice_file = tied.invoice_file AND rest.invoice_row = tied.invoice_row
    LEFT JOIN with_placements ON rest.provider_id = with_placements.provider_id
),

parts AS (
    SELECT financial_year, provider_id, provision_type, spend_class, commissioner, amount FROM by_use
    UNION ALL
    SELECT financial_year, provider_id, provision_type, spend_class, commissioner, amount FROM by_placement
    UNION ALL
    SELECT financial_year, provider_id, provision_type, spend_class, commissioner, amount FROM left_over
)

SELECT
    financial_year,
    CASE WHEN spend_class IN ('HOSPITAL', 'TRANSPORT', 'OTHER') THEN 'APART' ELSE 'AP' END AS level,
    provider_id,
    CASE
        WHEN spend_class = 'HOSPITAL' THEN 'HOSPITAL_MEDICAL'
        WHEN spend_class IN ('TRANSPORT', 'OTHER') THEN spend_class
        ELSE provision_type
    END AS provision_type,
    commissioner,
    cast(sum(amount) AS DECIMAL(18, 2)) AS gross
FROM parts
GROUP BY 1, 2, 3, 4, 5
