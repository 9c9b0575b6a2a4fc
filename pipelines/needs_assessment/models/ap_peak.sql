-- Use rises through a year: what January shows is not what has to be provided in the month that needs most but one.
WITH populations AS (
    SELECT placement_id, ap_population AS population FROM activity.placement_spells
    UNION ALL
    SELECT placement_id, 'LA_COMMISSIONED' AS population FROM activity.placement_spells WHERE commissioner = 'LA'
),

school_months AS (
    SELECT academic_year, month, count(*) AS school_days
    FROM activity.placement_days
    GROUP BY academic_year, month
),

-- Of a year that goes on the months that need most are not known yet.
finished AS (
    SELECT years.academic_year, years.census_on
    FROM activity.covered_years AS years
    INNER JOIN reference.days AS days ON years.academic_year = days.academic_year
    INNER JOIN reference.school_calendar AS calendar ON days.calendar_date = calendar.calendar_date
    WHERE calendar.is_school_day
    GROUP BY years.academic_year, years.census_on, years.last_day
    HAVING max(days.calendar_date) <= years.last_day
),

used AS (
    SELECT
        populations.population,
        months.academic_year,
        months.month,
        sum(months.fte_days) AS fte_days
    FROM activity.placement_months AS months
    INNER JOIN populations ON months.placement_id = populations.placement_id
    GROUP BY populations.population, months.academic_year, months.month
),

-- A month of school in which nobody was there counts with nobody.
by_month AS (
    SELECT
        names.population,
        school_months.academic_year,
        exact(coalesce(used.fte_days, 0)) / school_months.school_days AS fte
    FROM school_months
    INNER JOIN finished ON school_months.academic_year = finished.academic_year
    CROSS JOIN (SELECT DISTINCT population FROM populations) AS names
    LEFT JOIN used
        ON
            names.population = used.population
            AND school_months.academic_year = used.academic_year
            AND school_months.month = used.month
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY population, academic_year ORDER BY fte) AS nth,
        count(*) OVER (PARTITION BY population, academic_year) AS months
    FROM by_month
),

year_of_use AS (
    SELECT
        population,
        academic_year,
        max(months) AS months,
        cast(sum(fte) / count(*) AS DECIMAL(18, 6)) AS mean_month_fte,
        cast(max(CASE WHEN nth = (9 * months + 9) / 10 THEN fte END) AS DECIMAL(18, 6)) AS p90_month_fte,
        cast(max(fte) AS DECIMAL(18, 6)) AS largest_month_fte
    FROM ranked
    GROUP BY population, academic_year
),

january AS (
    SELECT populations.population, finished.academic_year, count(DISTINCT spells.pupil_key) AS january_headcount
    FROM finished
    INNER JOIN activity.placement_spells AS spells
        ON spells.started_on <= finished.census_on AND spells.counts_to >= finished.census_on
    INNER JOIN populations ON spells.placement_id = populations.placement_id
    GROUP BY populations.population, finished.academic_year
)

SELECT
    year_of_use.academic_year,
    year_of_use.population,
    year_of_use.months,
    coalesce(january.january_headcount, 0) AS january_headcount,
    year_of_use.mean_month_fte,
    year_of_use.p90_month_fte,
    year_of_use.largest_month_fte,
    states.period_state,
    states.known_to
FROM year_of_use
LEFT JOIN january
    ON year_of_use.population = january.population AND year_of_use.academic_year = january.academic_year
LEFT JOIN needs_assessment.series_states AS states
    ON year_of_use.academic_year = states.academic_year AND states.series = 'ATTENDANCE'
