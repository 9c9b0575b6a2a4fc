WITH placed AS (
    SELECT CAST(provider_id AS VARCHAR) AS provider, phase AS school_phase, children FROM children
)
SELECT
    coalesce(provider, 'all') AS provider_id,
    '2023-24' AS financial_year,
    coalesce(school_phase, 'all') AS phase,
    CAST(sum(children) AS BIGINT) AS children
FROM placed
GROUP BY GROUPING SETS ((provider, school_phase), (provider), (school_phase), ())
