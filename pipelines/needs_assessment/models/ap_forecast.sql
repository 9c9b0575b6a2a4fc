-- What was counted, with what the council supposes of the years to come: the forecast is worked out from it.
WITH named AS (
    SELECT
        *,
        cast(first_year AS VARCHAR) || '-' || right(cast(first_year + 1 AS VARCHAR), 2) AS academic_year
    FROM needs_assessment.ap_cohorts
)

SELECT
    named.population,
    named.first_year,
    named.nc_year,
    named.key_stage,
    named.headcount,
    named.stayed,
    named.joined_excluded,
    named.residents,
    strpos(cast($abnormal_years AS VARCHAR), named.academic_year) > 0 AS is_abnormal,
    peak.planning_factor,
    cast($forecast_prior AS BIGINT) AS forecast_prior,
    cast($forecast_draws AS BIGINT) AS forecast_draws,
    cast($trend_cap AS DECIMAL(18, 4)) AS trend_cap,
    cast($policy_pex AS DECIMAL(18, 4)) AS policy_pex,
    cast(nullif(left(cast($policy_from AS VARCHAR), 4), '') AS BIGINT) AS policy_from
FROM named
LEFT JOIN needs_assessment.ap_peak AS peak
    ON named.population = peak.population AND named.academic_year = peak.academic_year
