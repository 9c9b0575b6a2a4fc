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
),

-- England's figures are of those without a roll elsewhere; of several kinds of establishment the file has them together too.
england AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY academic_year ORDER BY pupils DESC NULLS LAST, establishments) AS nth
    FROM reference.published_key_stage_4
    WHERE level = 'england'
),

-- Three years together, where one has too few: years that have none of the kind are none of the three.
pooled AS (
    SELECT
        reported.academic_year,
        reported.roll,
        count(*) AS years_pooled,
        cast(sum(earlier.with_results) AS BIGINT) AS with_results_three_years,
        cast(sum(earlier.em_9_4) AS BIGINT) AS em_9_4_three_years
    FROM reported
    INNER JOIN reported AS earlier
        ON
            reported.roll = earlier.roll
            AND cast(left(earlier.academic_year, 4) AS BIGINT)
            BETWEEN cast(left(reported.academic_year, 4) AS BIGINT) - 2 AND cast(left(reported.academic_year, 4) AS BIGINT)
    GROUP BY reported.academic_year, reported.roll
)

SELECT
    reported.*,
    CASE WHEN reported.with_results < 30 THEN pooled.years_pooled END AS years_pooled,
    CASE WHEN reported.with_results < 30 THEN pooled.with_results_three_years END AS with_results_three_years,
    CASE WHEN reported.with_results < 30 THEN pooled.em_9_4_three_years END AS em_9_4_three_years,
    reported.with_results < 30 AS is_pooled,
    england.entered_share AS england_entered,
    england.any_pass_share AS england_any_pass,
    england.em_9_4_share AS england_em_9_4,
    england.em_9_5_share AS england_em_9_5,
    england.attainment_8 AS england_attainment_8,
    states.period_state,
    states.known_to
FROM reported
INNER JOIN pooled
    ON
        reported.academic_year = pooled.academic_year
        AND reported.roll = pooled.roll
LEFT JOIN england ON reported.academic_year = england.academic_year AND england.nth = 1 AND reported.roll = 'AP'
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
