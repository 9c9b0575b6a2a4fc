-- What a placement at a block provider cost in an academic year: its share of the places, by full-time equivalent days.
WITH years AS (
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
)

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
