-- What was counted and what is forecast, one year under the other and never in one column.
WITH stages AS (
    SELECT
        population,
        cast(first_year AS VARCHAR) || '-' || right(cast(first_year + 1 AS VARCHAR), 2) AS census_year,
        coalesce(key_stage, 'all') AS age_group,
        cast(sum(headcount) AS BIGINT) AS counted
    FROM needs_assessment.ap_cohorts
    WHERE headcount IS NOT NULL
    GROUP BY GROUPING SETS ((population, first_year, key_stage), (population, first_year))
),

-- Of fewer than thirty children nothing can be forecast, and the last count carried on would give away what is hidden.
made AS (
    SELECT made_in, population
    FROM needs_assessment.ap_forecast
    GROUP BY made_in, population
    HAVING population = 'LA_COMMISSIONED' OR max(CASE WHEN age_group = 'all' THEN last_count END) >= 30
),

counted AS (
    SELECT
        made.made_in,
        stages.*,
        cast(left(made.made_in, 4) AS BIGINT) - cast(left(stages.census_year, 4) AS BIGINT) AS years_ago
    FROM stages
    INNER JOIN made ON stages.population = made.population AND stages.census_year <= made.made_in
),

forecast AS (
    SELECT
        led.made_in,
        led.population,
        led.forecast_year,
        led.years_ahead,
        led.age_group,
        led.last_count,
        led.method,
        cast(round(led.headcount) AS BIGINT) AS expected,
        cast(floor(led.low) AS BIGINT) AS low,
        cast(ceil(led.high) AS BIGINT) AS high,
        led.p90_fte
    FROM needs_assessment.ap_forecast AS led
    INNER JOIN made ON led.made_in = made.made_in AND led.population = made.population
    -- One number without its band forecasts nothing.
    WHERE led.is_headline AND left(led.age_group, 1) <> 'Y' AND led.low IS NOT NULL AND led.high IS NOT NULL
),

others AS (
    SELECT
        made_in,
        population,
        forecast_year,
        age_group,
        max(CASE WHEN method = 'COHORT' AND scenario = 'TREND' THEN cast(round(headcount) AS BIGINT) END) AS trend,
        max(CASE WHEN method = 'COHORT' AND scenario = 'POLICY' THEN cast(round(headcount) AS BIGINT) END) AS policy,
        max(CASE WHEN method = 'RATE' THEN cast(round(headcount) AS BIGINT) END) AS by_rates,
        max(CASE WHEN method = 'COHORT' AND scenario = 'HOLD' THEN mape END) AS model_error,
        max(naive_mape) AS naive_error
    FROM needs_assessment.ap_forecast
    GROUP BY made_in, population, forecast_year, age_group
),

reported AS (
    SELECT
        made_in,
        population,
        census_year,
        CASE WHEN years_ago = 0 THEN 'LAST' ELSE 'BEFORE_' || cast(years_ago AS VARCHAR) END AS step,
        'COUNTED' AS basis,
        age_group,
        counted,
        counted AS last_count,
        cast(NULL AS BIGINT) AS expected,
        cast(NULL AS BIGINT) AS low,
        cast(NULL AS BIGINT) AS high,
        cast(NULL AS BIGINT) AS trend,
        cast(NULL AS BIGINT) AS policy,
        cast(NULL AS BIGINT) AS by_rates,
        cast(NULL AS DECIMAL(18, 6)) AS model_error,
        cast(NULL AS DECIMAL(18, 6)) AS naive_error,
        cast(NULL AS DECIMAL(18, 6)) AS missed_more,
        cast(NULL AS DECIMAL(18, 6)) AS p90_fte,
        'LAST' AS last_step,
        'z' AS of_forecast,
        cast(NULL AS VARCHAR) AS of_count,
        'z' AS of_scenario,
        'z' AS of_error
    FROM counted
    UNION ALL
    SELECT
        forecast.made_in,
        forecast.population,
        forecast.forecast_year AS census_year,
        'NEXT_' || cast(forecast.years_ahead AS VARCHAR) AS step,
        -- The last count carried on says nothing but itself.
        CASE WHEN forecast.method = 'NAIVE' THEN 'LAST_COUNT' ELSE 'MODEL' END AS basis,
        forecast.age_group,
        cast(NULL AS BIGINT) AS counted,
        forecast.last_count,
        forecast.expected,
        forecast.low,
        forecast.high,
        others.trend,
        others.policy,
        others.by_rates,
        others.model_error,
        others.naive_error,
        CASE WHEN others.model_error > others.naive_error THEN others.model_error - others.naive_error END AS missed_more,
        forecast.p90_fte,
        'LAST' AS last_step,
        cast(NULL AS VARCHAR) AS of_forecast,
        'z' AS of_count,
        CASE WHEN others.trend IS NULL THEN 'u' END AS of_scenario,
        CASE WHEN others.model_error > others.naive_error THEN NULL ELSE 'z' END AS of_error
    FROM forecast
    INNER JOIN others
        ON
            forecast.made_in = others.made_in
            AND forecast.population = others.population
            AND forecast.forecast_year = others.forecast_year
            AND forecast.age_group = others.age_group
)

SELECT
    reported.*,
    CASE WHEN reported.basis = 'COUNTED' THEN states.period_state ELSE 'FUTURE' END AS period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.made_in = states.academic_year AND states.series = 'ATTENDANCE'
