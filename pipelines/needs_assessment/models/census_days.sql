-- An open spell says nothing of a census day that has not come yet, and before the first leaver on record the roll holds
-- those who stayed.
SELECT
    years.academic_year,
    years.census_on,
    cast(left(years.academic_year, 4) AS BIGINT) AS first_year
FROM needs_assessment.academic_years AS years
WHERE
    years.census_on >= (SELECT coalesce(min(left_on), min(entered_on)) FROM pupils.school_roll)
    AND years.census_on <= (SELECT max(entered_on) FROM pupils.school_roll WHERE enrol_status IN ('C', 'M'))
