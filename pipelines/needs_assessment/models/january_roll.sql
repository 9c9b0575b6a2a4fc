SELECT
    years.academic_year,
    schools.phase,
    cast(left(years.academic_year, 4) AS BIGINT) - pupils.birth_academic_year - 5 AS nc_year,
    count(*) AS pupils
FROM pupils.school_roll AS roll
INNER JOIN needs_assessment.academic_years AS years
    ON roll.entered_on <= years.census_on AND (roll.left_on IS NULL OR roll.left_on >= years.census_on)
INNER JOIN reference.schools AS schools ON roll.urn = schools.urn
INNER JOIN pupils.pupils AS pupils ON roll.pupil_key = pupils.pupil_key
-- An open spell says nothing of a census day that has not come yet, and before the first leaver on record
-- the roll holds those who stayed.
WHERE
    roll.enrol_status IN ('C', 'M')
    AND schools.phase IN ('primary', 'secondary', 'special')
    AND years.census_on >= (SELECT coalesce(min(left_on), min(entered_on)) FROM pupils.school_roll)
    AND years.census_on <= (SELECT max(entered_on) FROM pupils.school_roll WHERE enrol_status IN ('C', 'M'))
GROUP BY years.academic_year, schools.phase, pupils.birth_academic_year
