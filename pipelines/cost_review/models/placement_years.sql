-- What a placement of the council cost in an academic year: the invoice lines for its service in the year, and at a block
-- provider its share of the places, by full-time equivalent days.
WITH invoiced AS (
    SELECT shares.placement_id, days.academic_year, sum(shares.amount) AS amount
    FROM cost_review.invoice_match_shares AS shares
    INNER JOIN cost_review.invoice_facts AS facts
        ON shares.invoice_file = facts.invoice_file AND shares.invoice_row = facts.invoice_row
    INNER JOIN reference.days AS days ON coalesce(facts.service_from, facts.paid_on) = days.calendar_date
    GROUP BY shares.placement_id, days.academic_year
)

SELECT
    parts.placement_id,
    parts.academic_year,
    cast(sum(parts.amount) AS DECIMAL(18, 2)) AS cost
FROM (
    SELECT placement_id, academic_year, cast(amount AS DECIMAL(24, 8)) AS amount FROM invoiced
    UNION ALL
    SELECT placement_id, academic_year, amount FROM cost_review.block_costs
) AS parts
INNER JOIN activity.placement_spells AS spells ON parts.placement_id = spells.placement_id AND spells.commissioner = 'LA'
GROUP BY parts.placement_id, parts.academic_year
