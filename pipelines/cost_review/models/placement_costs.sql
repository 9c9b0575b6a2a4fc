-- What a placement of the council cost over its whole life: what invoice lines paid for it, and at a block provider its
-- share of the places, by full-time equivalent days.
WITH invoiced AS (
    SELECT placement_id, sum(amount) AS invoiced
    FROM cost_review.invoice_match_shares
    GROUP BY placement_id
),

in_block AS (
    SELECT placement_id, sum(amount) AS place_cost
    FROM cost_review.block_costs
    GROUP BY placement_id
)

SELECT
    spells.placement_id,
    spells.provider_id,
    spells.provision_type,
    days.financial_year AS ended_in,
    cast(coalesce(invoiced.invoiced, 0) + coalesce(in_block.place_cost, 0) AS DECIMAL(18, 2)) AS cost
FROM activity.placement_spells AS spells
LEFT JOIN reference.days AS days ON spells.counts_to = days.calendar_date AND spells.end_basis = 'ENDED'
LEFT JOIN invoiced ON spells.placement_id = invoiced.placement_id
LEFT JOIN in_block ON spells.placement_id = in_block.placement_id
WHERE spells.commissioner = 'LA'
