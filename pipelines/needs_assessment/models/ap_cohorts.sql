WITH groups AS (
    SELECT
        residents.age - 4 AS nc_year,
        CASE
            WHEN residents.age <= 6 THEN 'KS1'
            WHEN residents.age <= 10 THEN 'KS2'
            WHEN residents.age <= 13 THEN 'KS3'
            WHEN residents.age <= 15 THEN 'KS4'
            ELSE 'P16'
        END AS key_stage
    FROM reference.population AS residents
    WHERE residents.area_code = $la_code AND residents.age BETWEEN 5 AND 18
    GROUP BY residents.age
),

bounds AS (
    SELECT min(nc_year) AS youngest, max(nc_year) AS oldest FROM groups
),

years AS (
    SELECT academic_year, first_year, census_on
    FROM activity.covered_years
    WHERE census_on <= last_day
),

populations AS (
    SELECT spells.*, spells.ap_population AS population FROM activity.placement_spells AS spells
    UNION ALL
    SELECT spells.*, 'LA_COMMISSIONED' AS population
    FROM activity.placement_spells AS spells
    WHERE spells.commissioner = 'LA'
),

-- A child counts once, in the year group of its birth year. Who is older or younger than the residents that are
-- projected counts with the oldest or youngest of them.
counted AS (
    SELECT
        populations.population,
        years.first_year,
        populations.pupil_key,
        least(
            greatest(
                coalesce(
                    years.first_year - pupils.birth_academic_year - 5,
                    populations.nc_year,
                    CASE populations.key_stage
                        WHEN 'KS1' THEN 1
                        WHEN 'KS2' THEN 5
                        WHEN 'KS3' THEN 8
                        WHEN 'KS4' THEN 10
                        ELSE 12
                    END
                ),
                bounds.youngest
            ),
            bounds.oldest
        ) AS nc_year,
        placements.reason_group,
        row_number() OVER (
            PARTITION BY populations.population, years.first_year, populations.pupil_key
            ORDER BY populations.started_on DESC, populations.placement_id DESC
        ) AS nth
    FROM populations
    INNER JOIN years
        ON populations.started_on <= years.census_on AND populations.counts_to >= years.census_on
    CROSS JOIN bounds
    LEFT JOIN placements.placements AS placements ON populations.placement_id = placements.placement_id
    LEFT JOIN pupils.pupils AS pupils ON populations.pupil_key = pupils.pupil_key
),

children AS (
    SELECT
        now.population,
        now.first_year,
        now.nc_year,
        count(*) AS headcount,
        count(later.pupil_key) AS stayed,
        sum(CASE WHEN earlier.pupil_key IS NULL AND now.reason_group = 'PEX' THEN 1 ELSE 0 END) AS joined_excluded
    FROM counted AS now
    LEFT JOIN counted AS later
        ON
            now.population = later.population
            AND now.pupil_key = later.pupil_key
            AND now.first_year + 1 = later.first_year
            AND now.nc_year + 1 = later.nc_year
            AND later.nth = 1
    LEFT JOIN counted AS earlier
        ON
            now.population = earlier.population
            AND now.pupil_key = earlier.pupil_key
            AND now.first_year - 1 = earlier.first_year
            AND earlier.nth = 1
    WHERE now.nth = 1
    GROUP BY now.population, now.first_year, now.nc_year
),

residents AS (
    SELECT year AS first_year, age - 4 AS nc_year, cast(sum(population) AS BIGINT) AS residents
    FROM reference.population
    WHERE area_code = $la_code AND age BETWEEN 5 AND 18
    GROUP BY year, age
),

-- Every year from the first census known to the last one projected.
span AS (
    SELECT DISTINCT residents.first_year
    FROM residents
    WHERE residents.first_year >= (SELECT min(first_year) FROM years)
    UNION
    SELECT first_year FROM years
),

names AS (
    SELECT DISTINCT population FROM populations
)

SELECT
    names.population,
    span.first_year,
    groups.nc_year,
    groups.key_stage,
    CASE WHEN years.first_year IS NOT NULL THEN coalesce(children.headcount, 0) END AS headcount,
    -- Year 11 leaves: only the council funds places beyond it.
    CASE
        WHEN next_years.first_year IS NULL OR years.first_year IS NULL OR groups.nc_year = bounds.oldest THEN NULL
        WHEN groups.nc_year >= 11 AND names.population NOT IN ('LA_FUNDED', 'LA_COMMISSIONED') THEN NULL
        ELSE coalesce(children.stayed, 0)
    END AS stayed,
    CASE WHEN years.first_year IS NOT NULL THEN coalesce(children.joined_excluded, 0) END AS joined_excluded,
    residents.residents
FROM names
CROSS JOIN span
CROSS JOIN groups
CROSS JOIN bounds
LEFT JOIN years ON span.first_year = years.first_year
LEFT JOIN years AS next_years ON span.first_year + 1 = next_years.first_year
LEFT JOIN children
    ON
        names.population = children.population
        AND span.first_year = children.first_year
        AND groups.nc_year = children.nc_year
LEFT JOIN residents ON span.first_year = residents.first_year AND groups.nc_year = residents.nc_year
