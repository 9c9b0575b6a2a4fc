-- Years whose results have come, whoever they are of.
WITH known AS (
    SELECT DISTINCT academic_year FROM outcomes.attainment
),

reported AS (
    SELECT
        rolls.academic_year,
        rolls.roll,
        count(*) AS young_people,
        count(results.pupil_key) AS with_results,
        count(*) FILTER (WHERE results.entered) AS entered,
        count(*) FILTER (WHERE results.any_pass) AS any_pass,
        count(*) FILTER (WHERE results.em_9_4) AS em_9_4,
        count(*) FILTER (WHERE results.em_9_5) AS em_9_5,
        cast(
            cast(sum(results.attainment_8) AS DECIMAL(24, 6)) / nullif(count(results.pupil_key), 0) AS DECIMAL(18, 6)
        ) AS attainment_8
    FROM quality_outcomes.year_eleven_rolls AS rolls
    INNER JOIN known ON rolls.academic_year = known.academic_year
    LEFT JOIN outcomes.attainment AS results
        ON rolls.pupil_key = results.pupil_key AND rolls.academic_year = results.academic_year
    GROUP BY rolls.academic_year, rolls.roll
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
