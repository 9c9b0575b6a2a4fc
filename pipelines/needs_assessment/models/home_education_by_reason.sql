WITH counted AS (
    SELECT
        cast(date_part('year', started_on - INTERVAL '1 day' - INTERVAL '8 months') AS BIGINT) AS first_year,
        reason,
        count(*) AS starts
    FROM outcomes.home_education
    GROUP BY 1, 2
),

years AS (
    SELECT academic_year, cast(left(academic_year, 4) AS BIGINT) AS first_year
    FROM needs_assessment.home_education_flows
),

cells AS (
    SELECT years.academic_year, reasons.reason, coalesce(counted.starts, 0) AS starts
    FROM years
    CROSS JOIN (SELECT DISTINCT reason FROM counted) AS reasons
    LEFT JOIN counted ON years.first_year = counted.first_year AND reasons.reason = counted.reason
),

totals AS (
    SELECT academic_year, coalesce(reason, 'all') AS reason, cast(sum(starts) AS BIGINT) AS starts
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, reason), (academic_year))
),

known AS (
    SELECT academic_year, cast(sum(starts) AS BIGINT) AS starts_with_reason
    FROM cells
    WHERE reason <> 'UNKNOWN'
    GROUP BY academic_year
)

SELECT
    totals.academic_year,
    totals.reason,
    totals.starts,
    CASE WHEN totals.reason NOT IN ('UNKNOWN', 'all') THEN cast(
        cast(100 * totals.starts AS DECIMAL(24, 6))
        / nullif(cast(known.starts_with_reason AS DECIMAL(18, 0)), 0) AS DECIMAL(12, 4)
    ) END AS share_of_known
FROM totals
LEFT JOIN known ON totals.academic_year = known.academic_year
