-- An academic year's edition looks four years back and five ahead from the mid-year in its autumn.
WITH bands AS (
    SELECT age_band, first_age, last_age
    FROM (
        VALUES ('A00_04', 0, 4), ('A05_10', 5, 10), ('A11_15', 11, 15), ('A16_17', 16, 17), ('all', 0, 17)
    ) AS bands (age_band, first_age, last_age)
),

counted AS (
    SELECT
        residents.year,
        bands.age_band,
        -- The year is as sure as its least sure age.
        max(residents.basis) AS basis,
        -- A band with an age missing is not known.
        CASE
            WHEN count(*) = 2 * (bands.last_age - bands.first_age + 1)
                THEN cast(sum(residents.population) AS BIGINT)
        END AS residents
    FROM reference.population AS residents
    INNER JOIN bands ON residents.age >= bands.first_age AND residents.age <= bands.last_age
    WHERE residents.area_code = $la_code
    GROUP BY residents.year, bands.age_band, bands.first_age, bands.last_age
),

years AS (
    SELECT year, max(basis) AS basis FROM counted GROUP BY year
)

SELECT
    editions.academic_year,
    cast(counted.year AS VARCHAR) AS mid_year,
    years.basis,
    counted.age_band,
    counted.residents
FROM activity.academic_years AS editions
INNER JOIN counted
    ON
        counted.year >= cast(left(editions.academic_year, 4) AS BIGINT) - 4
        AND counted.year <= cast(left(editions.academic_year, 4) AS BIGINT) + 5
INNER JOIN years ON counted.year = years.year
-- Of a year whose own mid-year is on neither side nothing can be said.
WHERE cast(left(editions.academic_year, 4) AS BIGINT) IN (SELECT year FROM years)
