-- Registrations are grouped by their dates before they meet the census days: a child is on the roll for thirteen of them.
WITH registered AS (
    SELECT phase, birth_academic_year, entered_on, left_on, count(*) AS pupils
    FROM activity.registrations
    GROUP BY phase, birth_academic_year, entered_on, left_on
)

SELECT
    census.academic_year,
    registered.phase,
    census.first_year - registered.birth_academic_year - 5 AS nc_year,
    cast(sum(registered.pupils) AS BIGINT) AS pupils
FROM registered
INNER JOIN activity.census_days AS census
    ON
        registered.entered_on <= census.census_on
        AND (registered.left_on IS NULL OR registered.left_on >= census.census_on)
GROUP BY census.academic_year, registered.phase, census.first_year, registered.birth_academic_year
