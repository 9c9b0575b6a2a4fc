-- Sole and dual main registrations at schools that the January census counts by phase.
SELECT
    roll.pupil_key,
    roll.urn,
    roll.entered_on,
    roll.left_on,
    schools.phase,
    pupils.birth_academic_year,
    pupils.sex,
    pupils.ethnicity,
    pupils.ward_code
FROM pupils.school_roll AS roll
INNER JOIN reference.schools AS schools ON roll.urn = schools.urn
INNER JOIN pupils.pupils AS pupils ON roll.pupil_key = pupils.pupil_key
WHERE roll.enrol_status IN ('C', 'M') AND schools.phase IN ('primary', 'secondary', 'special')
