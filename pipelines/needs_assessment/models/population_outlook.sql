WITH ahead AS (
    SELECT
        academic_year,
        age_band,
        max(
            CASE WHEN cast(mid_year AS BIGINT) = cast(left(academic_year, 4) AS BIGINT) THEN residents END
        ) AS residents,
        max(
            CASE WHEN cast(mid_year AS BIGINT) = cast(left(academic_year, 4) AS BIGINT) + 5 THEN residents END
        ) AS residents_in_five_years
    FROM needs_assessment.population_by_age
    GROUP BY academic_year, age_band
)

SELECT
    academic_year,
    age_band,
    residents,
    residents_in_five_years,
    residents_in_five_years - residents AS more_in_five_years
FROM ahead
