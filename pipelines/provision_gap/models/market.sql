-- How many firms there are on each lot to send a child of a key stage to, and how the money of the last finished financial
-- year is shared among them.
WITH years AS (
    SELECT max(financial_year) AS financial_year
    FROM cost_review.financial_states
    WHERE period_state = 'FINISHED' AND financial_year <= $financial_year
),

used AS (
    SELECT
        used.provider_id,
        used.key_stage,
        sum(used.fte_days) AS fte_days
    FROM activity.placement_months AS used
    INNER JOIN years ON used.financial_year = years.financial_year
    WHERE used.commissioner = 'LA'
    GROUP BY used.provider_id, used.key_stage
),

provider_days AS (
    SELECT provider_id, sum(fte_days) AS fte_days FROM used GROUP BY provider_id
),

paid AS (
    SELECT spend.provider_id, sum(spend.gross) AS paid
    FROM cost_review.attributed_spend AS spend
    INNER JOIN years ON spend.financial_year = years.financial_year
    WHERE spend.commissioner IN ('LA', 'all') AND spend.level = 'AP'
    GROUP BY spend.provider_id
),

-- Who stands behind the pounds of a lot: at the providers that were paid.
children AS (
    SELECT
        coalesce(providers.framework_lot, 'NO_LOT') AS lot,
        months.key_stage,
        count(DISTINCT CASE WHEN months.commissioner = 'LA' THEN months.pupil_key END) AS children,
        count(DISTINCT CASE WHEN months.commissioner <> 'LA' THEN months.pupil_key END) AS others
    FROM activity.placement_months AS months
    INNER JOIN years ON months.financial_year = years.financial_year
    INNER JOIN paid ON months.provider_id = paid.provider_id AND paid.paid > 0
    INNER JOIN commissioning.providers AS providers ON months.provider_id = providers.provider_id
    GROUP BY coalesce(providers.framework_lot, 'NO_LOT'), months.key_stage
),

-- What a provider was paid is shared over key stages by the days that children of each were there.
shared AS (
    SELECT
        used.provider_id,
        used.key_stage,
        cast(paid.paid * used.fte_days / nullif(provider_days.fte_days, 0) AS DECIMAL(18, 2)) AS spend
    FROM used
    INNER JOIN provider_days ON used.provider_id = provider_days.provider_id
    LEFT JOIN paid ON used.provider_id = paid.provider_id
),

offered AS (
    SELECT DISTINCT places.provider_id, places.key_stage
    FROM commissioning.commissioned_places AS places
    INNER JOIN provision_gap.provider_usability AS usability ON places.provider_id = usability.provider_id
    INNER JOIN reference.days AS days
        ON usability.as_at = days.calendar_date AND places.academic_year = days.academic_year
    WHERE usability.usability = 'USABLE'
),

contracts AS (
    SELECT
        cards.provider_id,
        max(coalesce(register.expires_on, register.ends_on)) AS ends_on
    FROM (SELECT DISTINCT provider_id, contract_id FROM commissioning.rate_cards WHERE contract_id IS NOT NULL) AS cards
    INNER JOIN commissioning.contracts AS register ON cards.contract_id = register.contract_id
    GROUP BY cards.provider_id
),

listed AS (
    SELECT
        coalesce(providers.framework_lot, 'NO_LOT') AS lot,
        stages.key_stage,
        providers.provider_id,
        coalesce(providers.holding_id, providers.provider_id) AS firm,
        offered.provider_id IS NOT NULL AS is_effective,
        coalesce(used.fte_days, 0) > 0 AS is_used,
        greatest(coalesce(shared.spend, 0), 0) AS spend,
        contracts.ends_on,
        usability.as_at
    FROM commissioning.providers AS providers
    INNER JOIN provision_gap.provider_usability AS usability ON providers.provider_id = usability.provider_id
    CROSS JOIN (VALUES ('KS1'), ('KS2'), ('KS3'), ('KS4'), ('P16')) AS stages (key_stage)
    LEFT JOIN offered ON providers.provider_id = offered.provider_id AND stages.key_stage = offered.key_stage
    LEFT JOIN used ON providers.provider_id = used.provider_id AND stages.key_stage = used.key_stage
    LEFT JOIN shared ON providers.provider_id = shared.provider_id AND stages.key_stage = shared.key_stage
    LEFT JOIN contracts ON providers.provider_id = contracts.provider_id
    WHERE offered.provider_id IS NOT NULL OR used.provider_id IS NOT NULL
),

firms AS (
    SELECT lot, key_stage, firm, sum(spend) AS spend
    FROM listed
    GROUP BY lot, key_stage, firm
),

ranked AS (
    SELECT
        *,
        sum(spend) OVER (PARTITION BY lot, key_stage) AS whole,
        row_number() OVER (PARTITION BY lot, key_stage ORDER BY spend DESC, firm) AS nth
    FROM firms
),

concentrated AS (
    SELECT
        lot,
        key_stage,
        count(*) FILTER (WHERE spend > 0) AS firms_paid,
        cast(max(CASE WHEN nth = 1 THEN spend ELSE 0 END) AS DECIMAL(18, 2)) AS paid_1,
        cast(max(CASE WHEN nth = 2 THEN spend ELSE 0 END) AS DECIMAL(18, 2)) AS paid_2,
        cast(max(CASE WHEN nth = 1 THEN 100 * spend / nullif(whole, 0) END) AS DECIMAL(18, 4)) AS top_one,
        cast(sum(CASE WHEN nth <= 3 THEN 100 * spend / nullif(whole, 0) ELSE 0 END) AS DECIMAL(18, 4)) AS top_three,
        cast(
            sum(
                cast(100 * spend / nullif(whole, 0) AS DECIMAL(18, 8))
                * cast(100 * spend / nullif(whole, 0) AS DECIMAL(18, 8))
            ) AS DECIMAL(18, 2)
        ) AS hhi
    FROM ranked
    GROUP BY lot, key_stage
)

SELECT
    listed.lot,
    listed.key_stage,
    years.financial_year,
    count(*) FILTER (WHERE listed.is_effective) AS providers_effective,
    count(*) FILTER (WHERE listed.is_used) AS providers_used,
    -- Of all that the providers were paid, less the council's, the others' is left: few of them stand behind both.
    coalesce(
        max(
            CASE
                WHEN children.others BETWEEN 1 AND cast($suppression_threshold AS BIGINT) - 1
                    THEN least(children.others, children.children)
                ELSE children.children
            END
        ), 0
    ) AS children,
    max(concentrated.firms_paid) AS firms_paid,
    cast(sum(listed.spend) AS DECIMAL(18, 2)) AS spend,
    max(concentrated.paid_1) AS paid_1,
    max(concentrated.paid_2) AS paid_2,
    max(concentrated.top_one) AS top_one,
    max(CASE WHEN concentrated.firms_paid > 0 THEN concentrated.top_three END) AS top_three,
    max(concentrated.hhi) AS hhi,
    CASE WHEN max(concentrated.hhi) >= cast($hhi_high AS DECIMAL(18, 2)) THEN 1 ELSE 0 END AS concentrated,
    CASE WHEN count(*) FILTER (WHERE listed.is_effective) = 1 THEN 1 ELSE 0 END AS single_supplier,
    cast(min(CASE WHEN listed.ends_on >= listed.as_at THEN listed.ends_on END) AS VARCHAR) AS next_contract_end,
    count(*) FILTER (
        WHERE listed.ends_on >= listed.as_at AND listed.ends_on < listed.as_at + INTERVAL '12 months'
    ) AS contracts_ending
FROM listed
CROSS JOIN years
LEFT JOIN children ON listed.lot = children.lot AND listed.key_stage = children.key_stage
LEFT JOIN concentrated ON listed.lot = concentrated.lot AND listed.key_stage = concentrated.key_stage
GROUP BY listed.lot, listed.key_stage, years.financial_year
