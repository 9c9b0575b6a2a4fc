-- A day on which more children come than places are bought does not fill the empty places of another day.
WITH years AS (
    SELECT academic_year, count(*) AS school_days
    FROM reference.school_calendar
    WHERE is_school_day
    GROUP BY academic_year
),

days AS (
    SELECT days.calendar_date, days.academic_year, days.financial_year, days.school_day_no
    FROM activity.placement_days AS days
),

bought AS (
    SELECT
        places.provider_id,
        days.calendar_date,
        sum(places.places) AS places,
        sum(exact(places.places * places.place_rate)) AS rates
    FROM cost_review.place_spells AS places
    INNER JOIN days ON days.calendar_date BETWEEN places.first_day AND places.last_day
    WHERE places.basis = 'BLOCK'
    GROUP BY places.provider_id, days.calendar_date
    HAVING sum(places.places) > 0
),

used AS (
    SELECT
        spells.provider_id,
        days.calendar_date,
        count(*) AS placements,
        sum(spells.fte) AS fte,
        sum(CASE WHEN spells.commissioner = 'SCHOOL' THEN spells.fte ELSE 0 END) AS school_fte
    FROM activity.placement_spells AS spells
    INNER JOIN (SELECT DISTINCT provider_id FROM bought) AS block ON spells.provider_id = block.provider_id
    INNER JOIN days ON days.school_day_no BETWEEN spells.first_day_no AND spells.last_day_no
    GROUP BY spells.provider_id, days.calendar_date
)

SELECT
    bought.provider_id,
    days.financial_year,
    days.academic_year,
    count(*) AS school_days,
    cast(sum(bought.places) AS DECIMAL(18, 4)) AS place_days,
    coalesce(sum(used.placements), 0) AS placement_days,
    cast(coalesce(sum(used.fte), 0) AS DECIMAL(18, 4)) AS fte_days,
    cast(coalesce(sum(used.school_fte), 0) AS DECIMAL(18, 4)) AS school_use_days,
    cast(sum(greatest(bought.places - coalesce(used.fte, 0), 0)) AS DECIMAL(18, 4)) AS void_place_days,
    exact(
        sum(
            cast(greatest(bought.places - coalesce(used.fte, 0), 0) AS DECIMAL(18, 6))
            * cast(bought.rates / bought.places AS DECIMAL(18, 6))
        ) / cast(years.school_days AS DECIMAL(9, 0))
    ) AS void_cost
FROM bought
INNER JOIN days ON bought.calendar_date = days.calendar_date
INNER JOIN years ON days.academic_year = years.academic_year
LEFT JOIN used ON bought.provider_id = used.provider_id AND bought.calendar_date = used.calendar_date
GROUP BY bought.provider_id, days.financial_year, days.academic_year, years.school_days
