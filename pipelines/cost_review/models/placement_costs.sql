-- What a placement of the council cost over its whole life: what invoice lines paid for it, and at a block provider its
-- share of the places, by full-time equivalent days.
WITH invoiced AS (
    SELECT placement_id, sum(amount) AS invoiced
    FROM cost_review.invoice_match_shares
    GROUP BY placement_id
),

years AS (
    SELECT academic_year, count(*) AS school_days
    FROM reference.school_calendar
    WHERE is_school_day
    GROUP BY academic_year
),

rates AS (
    SELECT
        provider_id,
        academic_year,
        sum(exact(places * place_rate)) / nullif(sum(places), 0) AS place_rate
    FROM cost_review.place_spells
    WHERE basis = 'BLOCK'
    GROUP BY provider_id, academic_year
),

in_block AS (
    SELECT
        months.placement_id,
        -- A quotient is cut off: rounded to eight places it is right to the penny.
        sum(
            cast(
                cast(months.fte_days AS DECIMAL(18, 6)) * cast(rates.place_rate AS DECIMAL(18, 6))
                / cast(years.school_days AS DECIMAL(9, 0)) AS DECIMAL(24, 8)
            )
        ) AS place_cost
    FROM activity.placement_months AS months
    INNER JOIN rates ON months.provider_id = rates.provider_id AND months.academic_year = rates.academic_year
    INNER JOIN years ON months.academic_year = years.academic_year
    GROUP BY months.placement_id
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
