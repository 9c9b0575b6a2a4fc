WITH counted AS (
    SELECT
        academic_year,
        ap_population AS population,
        reason_group AS reason,
        count(*) FILTER (WHERE basis = 'census_day') AS pupils_on_census_day,
        count(*) FILTER (WHERE basis = 'in_year') AS pupils_in_year
    FROM needs_assessment.ap_pupils
    GROUP BY academic_year, ap_population, reason_group
),

years AS (
    SELECT academic_year, bool_or(basis = 'census_day') AS has_census_day
    FROM needs_assessment.ap_pupils
    GROUP BY academic_year
),

cells AS (
    SELECT
        years.academic_year,
        populations.population,
        categories.reason,
        CASE WHEN years.has_census_day THEN coalesce(counted.pupils_on_census_day, 0) END AS pupils_on_census_day,
        coalesce(counted.pupils_in_year, 0) AS pupils_in_year
    FROM years
    CROSS JOIN (VALUES ('STATE_AP'), ('SCHOOL_ARRANGED'), ('LA_FUNDED')) AS populations (population)
    CROSS JOIN (SELECT DISTINCT reason FROM counted) AS categories
    LEFT JOIN counted
        ON
            years.academic_year = counted.academic_year
            AND populations.population = counted.population
            AND categories.reason = counted.reason
)

-- No row adds the populations up: a child may be in more than one of them.
SELECT
    academic_year,
    population,
    coalesce(reason, 'all') AS reason,
    cast(sum(pupils_on_census_day) AS BIGINT) AS pupils_on_census_day,
    cast(sum(pupils_in_year) AS BIGINT) AS pupils_in_year
FROM cells
GROUP BY GROUPING SETS ((academic_year, population, reason), (academic_year, population))
