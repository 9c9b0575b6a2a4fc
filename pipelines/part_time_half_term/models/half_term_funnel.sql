-- Each school's children with a timetable in the half term beside its last January roll, and where a school of its size would
-- lie by chance alone. A signal to ask, never a finding: the list is for those who may see schools.
WITH census AS (
    SELECT half_terms.half_term, max(census.academic_year) AS academic_year
    FROM part_time_half_term.half_term_states AS half_terms
    INNER JOIN activity.census_days AS census ON census.census_on <= half_terms.last_day
    WHERE half_terms.last_day < $as_of
    GROUP BY half_terms.half_term
),

had AS (
    SELECT half_terms.half_term, timetables.urn, count(DISTINCT timetables.pupil_key) AS children
    FROM part_time_half_term.half_term_states AS half_terms
    INNER JOIN placements.part_time_timetables AS timetables
        ON
            timetables.started_on <= half_terms.last_day
            AND (timetables.ended_on IS NULL OR timetables.ended_on >= half_terms.starts_on)
    GROUP BY half_terms.half_term, timetables.urn
),

schools AS (
    SELECT
        census.half_term,
        schools.urn,
        schools.school_name,
        schools.phase,
        coalesce(had.children, 0) AS children,
        roll.pupils AS january_roll,
        sum(coalesce(had.children, 0)) OVER (PARTITION BY census.half_term, schools.phase) AS phase_children,
        sum(roll.pupils) OVER (PARTITION BY census.half_term, schools.phase) AS phase_roll
    FROM census
    INNER JOIN needs_assessment.roll_counts AS roll
        ON census.academic_year = roll.academic_year AND roll.characteristic = 'school' AND roll.pupils > 0
    INNER JOIN reference.schools AS schools
        ON roll.value = schools.urn AND schools.phase IN ('primary', 'secondary', 'special')
    LEFT JOIN had ON census.half_term = had.half_term AND schools.urn = had.urn
    -- Timetables from before the records begin are not known.
    WHERE census.half_term IN (SELECT half_term FROM had)
),

limits AS (
    SELECT
        *,
        cast(phase_children AS DOUBLE) / phase_roll AS share,
        sqrt(
            cast(phase_children AS DOUBLE) / phase_roll
            * greatest(1 - cast(phase_children AS DOUBLE) / phase_roll, 0) / january_roll
        ) AS error
    FROM schools
)

SELECT
    limits.half_term,
    limits.urn,
    limits.school_name,
    limits.phase,
    limits.children,
    limits.january_roll,
    cast(100 * limits.share AS DECIMAL(12, 4)) AS phase_rate,
    cast(100 * (limits.share + z_998() * limits.error) AS DECIMAL(12, 4)) AS upper_998,
    cast(limits.children AS DOUBLE) / limits.january_roll > limits.share + z_998() * limits.error AS is_above,
    states.period_state,
    states.known_to
FROM limits
LEFT JOIN part_time_half_term.half_term_states AS states ON limits.half_term = states.half_term
