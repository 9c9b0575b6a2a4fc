-- A child suspended by two schools in a year counts in both, and once in the phase of the first.
WITH cases AS (
    SELECT
        academic_year,
        urn,
        count(*) FILTER (WHERE category = 'PERM') AS permanent,
        count(DISTINCT pupil_key) FILTER (WHERE category = 'SUSP') AS suspended
    FROM activity.exclusion_events
    WHERE stands
    GROUP BY academic_year, urn
),

by_school AS (
    SELECT
        roll.academic_year,
        outcomes.outcome,
        schools.phase,
        roll.value AS urn,
        schools.school_name,
        CASE outcomes.outcome
            WHEN 'SUSPENDED' THEN coalesce(cases.suspended, 0) ELSE coalesce(cases.permanent, 0)
        END AS cases,
        roll.pupils AS january_roll
    FROM needs_assessment.roll_counts AS roll
    INNER JOIN reference.schools AS schools ON roll.value = schools.urn
    CROSS JOIN (VALUES ('PERMANENTLY_EXCLUDED'), ('SUSPENDED')) AS outcomes (outcome)
    LEFT JOIN cases ON roll.academic_year = cases.academic_year AND roll.value = cases.urn
    WHERE roll.characteristic = 'school'
),

by_phase AS (
    SELECT
        counted.academic_year,
        outcomes.outcome,
        counted.value AS phase,
        CASE outcomes.outcome
            WHEN 'SUSPENDED' THEN counted.pupils_suspended ELSE counted.permanent_exclusions
        END AS cases,
        counted.january_roll
    FROM needs_assessment.exclusions_by_characteristic AS counted
    CROSS JOIN (VALUES ('PERMANENTLY_EXCLUDED'), ('SUSPENDED')) AS outcomes (outcome)
    WHERE counted.characteristic = 'phase' AND counted.january_roll IS NOT NULL
),

compared AS (
    SELECT
        schools.*,
        phases.cases AS phase_cases,
        cast(phases.cases AS DOUBLE) / nullif(phases.january_roll, 0) AS share,
        sqrt(
            cast(phases.cases AS DOUBLE) / nullif(phases.january_roll, 0)
            * greatest(1 - cast(phases.cases AS DOUBLE) / nullif(phases.january_roll, 0), 0)
            / nullif(schools.january_roll, 0)
        ) AS error
    FROM by_school AS schools
    INNER JOIN by_phase AS phases
        ON
            schools.academic_year = phases.academic_year
            AND schools.outcome = phases.outcome
            AND schools.phase = phases.phase
),

reported AS (
    SELECT
        academic_year,
        outcome,
        phase,
        urn,
        school_name,
        cases,
        january_roll,
        phase_cases,
        'all' AS whole,
        cast(100 * share AS DECIMAL(12, 4)) AS phase_rate,
        cast(100 * greatest(share - z_998() * error, 0) AS DECIMAL(12, 4)) AS lower_998,
        cast(100 * greatest(share - z_95() * error, 0) AS DECIMAL(12, 4)) AS lower_95,
        cast(100 * (share + z_95() * error) AS DECIMAL(12, 4)) AS upper_95,
        cast(100 * (share + z_998() * error) AS DECIMAL(12, 4)) AS upper_998
    FROM compared
    UNION ALL
    SELECT
        academic_year,
        outcome,
        phase,
        'all' AS urn,
        NULL AS school_name,
        cases,
        january_roll,
        cases AS phase_cases,
        'all' AS whole,
        cast(exact(100 * cases) / nullif(january_roll, 0) AS DECIMAL(12, 4)) AS phase_rate,
        NULL AS lower_998,
        NULL AS lower_95,
        NULL AS upper_95,
        NULL AS upper_998
    FROM by_phase
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'EXCLUSIONS'
