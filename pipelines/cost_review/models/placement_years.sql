-- What a placement of the council cost in an academic year: the invoice lines for its service in the year, and at a block
-- provider its share of the places, by full-time equivalent days.
WITH invoiced AS (
    SELECT shares.placement_id, days.academic_year, sum(shares.amount) AS amount
    FROM cost_review.invoice_match_shares AS shares
    INNER JOIN cost_review.invoice_facts AS facts
        ON shares.invoice_file = facts.invoice_file AND shares.invoice_row = facts.invoice_row
    INNER JOIN reference.days AS days ON coalesce(facts.service_from, facts.paid_on) = days.calendar_date
    GROUP BY shares.placement_id, days.academic_year
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
        months.academic_year,
        -- A quotient is cut off: rounded to eight places it is right to the penny.
        sum(
            cast(
                cast(months.fte_days AS DECIMAL(18, 6)) * cast(rates.place_rate AS DECIMAL(18, 6))
                / cast(years.school_days AS DECIMAL(9, 0)) AS DECIMAL(24, 8)
            )
        ) AS amount
    FROM activity.placement_months AS months
    INNER JOIN rates ON months.provider_id = rates.provider_id AND months.academic_year = rates.academic_year
    INNER JOIN years ON months.academic_year = years.academic_year
    GROUP BY months.placement_id, months.academic_year
)

SELECT
    parts.placement_id,
    parts.academic_year,
    cast(sum(parts.amount) AS DECIMAL(18, 2)) AS cost
FROM (
    SELECT placement_id, academic_year, cast(amount AS DECIMAL(24, 8)) AS amount FROM invoiced
    UNION ALL
    SELECT placement_id, academic_year, amount FROM in_block
) AS parts
INNER JOIN activity.placement_spells AS spells ON parts.placement_id = spells.placement_id AND spells.commissioner = 'LA'
GROUP BY parts.placement_id, parts.academic_year
