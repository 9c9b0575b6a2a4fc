-- Years whose destinations have come, whoever they are of. A leaver without one on record is counted as not captured.
WITH known AS (
    SELECT DISTINCT leaving_year FROM outcomes.destinations
),

leavers AS (
    SELECT rolls.academic_year, rolls.pupil_key, coalesce(went.destination, 'NOT_CAPTURED') AS destination
    FROM quality_outcomes.year_eleven_rolls AS rolls
    INNER JOIN known ON rolls.academic_year = known.leaving_year
    LEFT JOIN outcomes.destinations AS went
        ON rolls.pupil_key = went.pupil_key AND rolls.academic_year = went.leaving_year
    WHERE rolls.roll = 'AP'
),

years AS (
    SELECT DISTINCT academic_year FROM leavers
),

-- A destination to which nobody went is a row of its own.
kinds AS (
    SELECT years.academic_year, kinds.destination
    FROM years
    CROSS JOIN (
        VALUES ('EDUCATION'), ('APPRENTICESHIP'), ('EMPLOYMENT'), ('NOT_SUSTAINED'), ('NOT_CAPTURED')
    ) AS kinds (destination)
),

counted AS (
    SELECT kinds.academic_year, kinds.destination, count(leavers.pupil_key) AS leavers
    FROM kinds
    LEFT JOIN leavers
        ON kinds.academic_year = leavers.academic_year AND kinds.destination = leavers.destination
    GROUP BY kinds.academic_year, kinds.destination
),

reported AS (
    SELECT academic_year, destination, leavers FROM counted
    UNION ALL
    SELECT academic_year, 'all' AS destination, cast(sum(leavers) AS BIGINT) AS leavers
    FROM counted
    GROUP BY academic_year
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
