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

counted AS (
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
),

shares AS (
    SELECT
        *,
        cast(nullif(schools_with, 0) AS DOUBLE) AS n,
        cast(above_with AS DOUBLE) / nullif(schools_with, 0) AS p,
        cast(nullif(schools_without, 0) AS DOUBLE) AS n_0,
        cast(above_without AS DOUBLE) / nullif(schools_without, 0) AS p_0
    FROM counted
)

SELECT
    academic_year,
    feature,
    average,
    above_with,
    not_above_with,
    schools_with,
    cast(cast(100 * above_with AS DECIMAL(24, 6)) / nullif(schools_with, 0) AS DECIMAL(12, 4)) AS share_with,
    cast(
        100 * (p + 1.9208 / n - 1.96 * sqrt(p * (1 - p) / n + 0.9604 / (n * n))) / (1 + 3.8416 / n)
        AS DECIMAL(12, 4)
    ) AS share_with_low,
    cast(
        100 * (p + 1.9208 / n + 1.96 * sqrt(p * (1 - p) / n + 0.9604 / (n * n))) / (1 + 3.8416 / n)
        AS DECIMAL(12, 4)
    ) AS share_with_high,
    above_without,
    not_above_without,
    schools_without,
    cast(cast(100 * above_without AS DECIMAL(24, 6)) / nullif(schools_without, 0) AS DECIMAL(12, 4)) AS share_without,
    cast(
        100 * (p_0 + 1.9208 / n_0 - 1.96 * sqrt(p_0 * (1 - p_0) / n_0 + 0.9604 / (n_0 * n_0))) / (1 + 3.8416 / n_0)
        AS DECIMAL(12, 4)
    ) AS share_without_low,
    cast(
        100 * (p_0 + 1.9208 / n_0 + 1.96 * sqrt(p_0 * (1 - p_0) / n_0 + 0.9604 / (n_0 * n_0))) / (1 + 3.8416 / n_0)
        AS DECIMAL(12, 4)
    ) AS share_without_high
FROM shares
