-- Young people of year 11 on the January census day: on a roll of alternative provision, or placed without another roll, are
-- of it; those with a roll elsewhere beside it are dual.
WITH census AS (
    SELECT academic_year, first_year, census_on FROM activity.covered_years WHERE census_on <= last_day
),

placed AS (
    SELECT
        census.academic_year,
        census.first_year,
        spells.pupil_key,
        coalesce(placements.association, 'SOLE') = 'SOLE' AS is_sole
    FROM census
    INNER JOIN activity.placement_spells AS spells
        ON
            spells.started_on <= census.census_on
            AND spells.counts_to >= census.census_on
    INNER JOIN placements.placements AS placements ON spells.placement_id = placements.placement_id
),

enrolled AS (
    SELECT
        census.academic_year,
        census.first_year,
        roll.pupil_key,
        roll.enrol_status IN ('C', 'M') AS is_sole
    FROM census
    INNER JOIN pupils.school_roll AS roll
        ON
            roll.entered_on <= census.census_on
            AND (roll.left_on IS NULL OR roll.left_on >= census.census_on)
    INNER JOIN reference.schools AS schools ON roll.urn = schools.urn
    WHERE schools.phase = 'AP' AND roll.enrol_status IN ('C', 'M', 'S')
),

either AS (
    SELECT academic_year, first_year, pupil_key, is_sole FROM placed
    UNION ALL
    SELECT academic_year, first_year, pupil_key, is_sole FROM enrolled
)

SELECT
    either.academic_year,
    either.pupil_key,
    CASE WHEN bool_or(either.is_sole) THEN 'AP' ELSE 'DUAL' END AS roll
FROM either
INNER JOIN pupils.pupils AS pupils ON either.pupil_key = pupils.pupil_key
WHERE either.first_year - pupils.birth_academic_year - 5 = 11
GROUP BY either.academic_year, either.pupil_key
