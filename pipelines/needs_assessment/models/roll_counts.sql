-- Each way of looking at the roll is one pass over the registrations, grouped by their dates before they meet the census
-- days: a child is on the roll for thirteen of them.
WITH registered AS (
    SELECT
        roll.pupil_key,
        roll.urn,
        roll.entered_on,
        roll.left_on,
        pupils.sex,
        pupils.ethnicity,
        pupils.ward_code
    FROM pupils.school_roll AS roll
    INNER JOIN reference.schools AS schools ON roll.urn = schools.urn
    INNER JOIN pupils.pupils AS pupils ON roll.pupil_key = pupils.pupil_key
    WHERE roll.enrol_status IN ('C', 'M') AND schools.phase IN ('primary', 'secondary', 'special')
),

sexes AS (
    SELECT sex, entered_on, left_on, count(*) AS pupils FROM registered GROUP BY sex, entered_on, left_on
),

ethnicities AS (
    SELECT ethnicity, entered_on, left_on, count(*) AS pupils FROM registered GROUP BY ethnicity, entered_on, left_on
),

homes AS (
    SELECT ward_code, entered_on, left_on, count(*) AS pupils FROM registered GROUP BY ward_code, entered_on, left_on
),

places AS (
    SELECT urn, entered_on, left_on, count(*) AS pupils FROM registered GROUP BY urn, entered_on, left_on
)

SELECT census.academic_year, 'school' AS characteristic, places.urn AS value, cast(sum(places.pupils) AS BIGINT) AS pupils
FROM places
INNER JOIN needs_assessment.census_days AS census
    ON places.entered_on <= census.census_on AND (places.left_on IS NULL OR places.left_on >= census.census_on)
GROUP BY census.academic_year, places.urn
UNION ALL
SELECT census.academic_year, 'sex' AS characteristic, sexes.sex AS value, cast(sum(sexes.pupils) AS BIGINT) AS pupils
FROM sexes
INNER JOIN needs_assessment.census_days AS census
    ON sexes.entered_on <= census.census_on AND (sexes.left_on IS NULL OR sexes.left_on >= census.census_on)
GROUP BY census.academic_year, sexes.sex
UNION ALL
SELECT
    census.academic_year,
    'ethnicity' AS characteristic,
    coalesce(ethnicities.ethnicity, 'NOT_RECORDED') AS value,
    cast(sum(ethnicities.pupils) AS BIGINT) AS pupils
FROM ethnicities
INNER JOIN needs_assessment.census_days AS census
    ON
        ethnicities.entered_on <= census.census_on
        AND (ethnicities.left_on IS NULL OR ethnicities.left_on >= census.census_on)
GROUP BY census.academic_year, ethnicities.ethnicity
UNION ALL
SELECT
    census.academic_year,
    'ward' AS characteristic,
    coalesce(reporting.ward_name, 'NOT_RECORDED') AS value,
    cast(sum(homes.pupils) AS BIGINT) AS pupils
FROM homes
INNER JOIN needs_assessment.census_days AS census
    ON homes.entered_on <= census.census_on AND (homes.left_on IS NULL OR homes.left_on >= census.census_on)
LEFT JOIN reference.wards AS wards ON homes.ward_code = wards.ward_code
LEFT JOIN reference.wards AS reporting ON wards.reporting_ward = reporting.ward_code
GROUP BY census.academic_year, reporting.ward_name
UNION ALL
SELECT
    census.academic_year,
    'status' AS characteristic,
    status.status || coalesce(':' || status.primary_need, '') AS value,
    count(*) AS pupils
FROM pupils.pupil_status AS status
INNER JOIN needs_assessment.census_days AS census
    ON status.started_on <= census.census_on AND (status.ended_on IS NULL OR status.ended_on >= census.census_on)
INNER JOIN registered
    ON
        status.pupil_key = registered.pupil_key
        AND registered.entered_on <= census.census_on
        AND (registered.left_on IS NULL OR registered.left_on >= census.census_on)
GROUP BY census.academic_year, status.status, status.primary_need
