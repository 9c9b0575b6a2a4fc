-- Schools of a feature, and those without it, by whether they excluded more than the average of secondary schools.
WITH schools AS (
    SELECT
        rates.academic_year,
        rates.urn,
        rates.rate,
        rates.phase_rate,
        characteristics.fsm_percent,
        characteristics.pupil_premium_percent,
        characteristics.sen_percent,
        characteristics.floor_percent
    FROM needs_assessment.school_exclusions AS rates
    INNER JOIN reference.school_characteristics AS characteristics
        ON rates.academic_year = characteristics.academic_year AND rates.urn = characteristics.urn
    WHERE rates.outcome = 'PERMANENTLY_EXCLUDED' AND rates.phase = 'secondary'
),

-- Rates are skewed, so that it matters which average is meant.
averages AS (
    SELECT academic_year, 'RATE_OF_ALL' AS average, max(phase_rate) AS rate FROM schools GROUP BY academic_year
    UNION ALL
    SELECT academic_year, 'MEAN_OF_SCHOOLS' AS average, cast(avg(rate) AS DECIMAL(12, 4)) AS rate
    FROM schools
    GROUP BY academic_year
    UNION ALL
    SELECT academic_year, 'MEDIAN_SCHOOL' AS average, cast(median(rate) AS DECIMAL(12, 4)) AS rate
    FROM schools
    GROUP BY academic_year
),

featured AS (
    SELECT
        schools.academic_year,
        features.feature,
        averages.average,
        schools.rate > averages.rate AS is_above,
        CASE features.measure
            WHEN 'fsm_percent' THEN schools.fsm_percent
            WHEN 'pupil_premium_percent' THEN schools.pupil_premium_percent
            WHEN 'sen_percent' THEN schools.sen_percent
            WHEN 'floor_percent' THEN schools.floor_percent
        END AS percentage,
        features.is_above = 1 AS counts_above,
        features.threshold
    FROM schools
    INNER JOIN averages ON schools.academic_year = averages.academic_year
    CROSS JOIN needs_assessment.school_features_asked AS features
),

split AS (
    SELECT
        academic_year,
        feature,
        average,
        is_above,
        CASE WHEN counts_above THEN percentage > threshold ELSE percentage < threshold END AS has_feature
    FROM featured
    WHERE percentage IS NOT NULL
),

reported AS (
    SELECT
        academic_year,
        feature,
        average,
        count(*) FILTER (WHERE has_feature AND is_above) AS above_with,
        count(*) FILTER (WHERE has_feature AND NOT is_above) AS not_above_with,
        count(*) FILTER (WHERE has_feature) AS schools_with,
        count(*) FILTER (WHERE NOT has_feature AND is_above) AS above_without,
        count(*) FILTER (WHERE NOT has_feature AND NOT is_above) AS not_above_without,
        count(*) FILTER (WHERE NOT has_feature) AS schools_without
    FROM split
    GROUP BY academic_year, feature, average
    -- Beside a group of fewer than five schools each of them is judged, and no feature.
    HAVING count(*) FILTER (WHERE has_feature) >= 5 AND count(*) FILTER (WHERE NOT has_feature) >= 5
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'EXCLUSIONS'
