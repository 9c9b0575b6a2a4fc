-- Children of the area in places of other authorities, and other authorities' children here, never in one sum.
WITH placed AS (
    SELECT DISTINCT used.academic_year, used.placement_id, used.provider_id, used.commissioner
    FROM activity.placement_months AS used
),

described AS (
    SELECT
        placed.academic_year,
        placed.placement_id,
        spells.pupil_key,
        coalesce(providers.holding_id, placed.provider_id) AS firm,
        placements.reason_group,
        spells.key_stage,
        placed.commissioner,
        CASE
            WHEN placed.commissioner = 'OTHER_LA' THEN 'OF_OTHERS'
            WHEN sites.la_code IS NULL THEN 'UNKNOWN'
            WHEN sites.la_code <> $la_code THEN 'AWAY'
            ELSE 'HERE'
        END AS place
    FROM placed
    INNER JOIN activity.placement_spells AS spells ON placed.placement_id = spells.placement_id
    INNER JOIN placements.placements AS placements ON placed.placement_id = placements.placement_id
    LEFT JOIN commissioning.providers AS providers ON placed.provider_id = providers.provider_id
    LEFT JOIN reference.postcodes AS sites ON providers.postcode = sites.postcode
),

-- What the council paid for those away; schools pay for their own.
paid AS (
    SELECT
        described.academic_year,
        described.reason_group,
        described.key_stage,
        described.pupil_key,
        described.firm,
        costs.cost
    FROM described
    INNER JOIN cost_review.placement_years AS costs
        ON described.placement_id = costs.placement_id AND described.academic_year = costs.academic_year
    WHERE described.place = 'AWAY' AND described.commissioner = 'LA' AND costs.cost <> 0
),

spent AS (
    SELECT
        academic_year,
        coalesce(reason_group, 'all') AS reason_group,
        coalesce(key_stage, 'all') AS key_stage,
        sum(cost) AS spend_away,
        count(DISTINCT pupil_key) AS children_paid_for
    FROM paid
    GROUP BY GROUPING SETS (
        (academic_year, reason_group, key_stage), (academic_year, reason_group), (academic_year, key_stage), (academic_year)
    )
),

by_firm AS (
    SELECT
        academic_year,
        coalesce(reason_group, 'all') AS reason_group,
        coalesce(key_stage, 'all') AS key_stage,
        firm,
        abs(sum(cost)) AS paid
    FROM paid
    GROUP BY GROUPING SETS (
        (academic_year, reason_group, key_stage, firm), (academic_year, reason_group, firm), (academic_year, key_stage, firm),
        (academic_year, firm)
    )
),

in_order AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY academic_year, reason_group, key_stage ORDER BY paid DESC, firm) AS nth
    FROM by_firm
),

largest AS (
    SELECT
        academic_year,
        reason_group,
        key_stage,
        count(*) AS firms_paid,
        max(CASE WHEN nth = 1 THEN paid ELSE 0 END) AS paid_1,
        max(CASE WHEN nth = 2 THEN paid ELSE 0 END) AS paid_2
    FROM in_order
    GROUP BY academic_year, reason_group, key_stage
),

reported AS (
    SELECT
        academic_year,
        coalesce(reason_group, 'all') AS reason_group,
        coalesce(key_stage, 'all') AS key_stage,
        count(*) FILTER (WHERE place <> 'OF_OTHERS') AS placements_of_residents,
        count(*) FILTER (WHERE place = 'AWAY') AS placements_away,
        count(*) FILTER (WHERE place = 'HERE') AS placements_here,
        count(*) FILTER (WHERE place = 'UNKNOWN') AS placements_place_unknown,
        count(*) FILTER (WHERE place = 'OF_OTHERS') AS placements_of_others
    FROM described
    GROUP BY GROUPING SETS (
        (academic_year, reason_group, key_stage), (academic_year, reason_group), (academic_year, key_stage), (academic_year)
    )
)

SELECT
    reported.*,
    cast(coalesce(spent.spend_away, 0) AS DECIMAL(18, 2)) AS spend_away,
    coalesce(spent.children_paid_for, 0) AS children_paid_for,
    coalesce(largest.firms_paid, 0) AS firms_paid,
    cast(coalesce(largest.paid_1, 0) AS DECIMAL(18, 2)) AS paid_1,
    cast(coalesce(largest.paid_2, 0) AS DECIMAL(18, 2)) AS paid_2,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN spent
    ON
        reported.academic_year = spent.academic_year
        AND reported.reason_group = spent.reason_group
        AND reported.key_stage = spent.key_stage
LEFT JOIN largest
    ON
        reported.academic_year = largest.academic_year
        AND reported.reason_group = largest.reason_group
        AND reported.key_stage = largest.key_stage
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
