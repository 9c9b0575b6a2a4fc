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
),

-- Three years together, where one has too few: years that have none of the kind are none of the three.
pooled AS (
    SELECT
        reported.academic_year,
        reported.destination,
        count(*) AS years_pooled,
        cast(sum(earlier.leavers) AS BIGINT) AS leavers_three_years
    FROM reported
    INNER JOIN reported AS earlier
        ON
            reported.destination = earlier.destination
            AND cast(left(earlier.academic_year, 4) AS BIGINT)
            BETWEEN cast(left(reported.academic_year, 4) AS BIGINT) - 2 AND cast(left(reported.academic_year, 4) AS BIGINT)
    GROUP BY reported.academic_year, reported.destination
)

SELECT
    reported.*,
    CASE WHEN totals.leavers < 30 THEN pooled.years_pooled END AS years_pooled,
    CASE WHEN totals.leavers < 30 THEN pooled.leavers_three_years END AS leavers_three_years,
    totals.leavers < 30 AS is_pooled,
    states.period_state,
    states.known_to
FROM reported
INNER JOIN pooled
    ON
        reported.academic_year = pooled.academic_year
        AND reported.destination = pooled.destination
INNER JOIN reported AS totals ON reported.academic_year = totals.academic_year AND totals.destination = 'all'
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
