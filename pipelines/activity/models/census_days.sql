-- An open spell says nothing of a census day that has not come yet, and before the first leaver on record the roll holds
-- those who stayed.
SELECT academic_year, census_on, first_year
FROM activity.academic_years
WHERE
    census_on >= (SELECT coalesce(min(left_on), min(entered_on)) FROM pupils.school_roll)
    AND census_on <= (SELECT max(entered_on) FROM pupils.school_roll WHERE enrol_status IN ('C', 'M'))
