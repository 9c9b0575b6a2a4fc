-- Authorities as the list of neighbours has them; England and the regions, which it lacks, as the indicators do.
WITH authorities AS (
    SELECT cast(area_code AS VARCHAR) AS area_code, area_name, region_name
    FROM reference.neighbour_lists
),

others AS (
    SELECT
        cast(indicators.area_code AS VARCHAR) AS area_code,
        min(indicators.area_name) AS area_name,
        min(indicators.region_name) AS region_name,
        max(indicators.area_code) AS area_number
    FROM reference.published_indicators AS indicators
    LEFT JOIN authorities ON cast(indicators.area_code AS VARCHAR) = authorities.area_code
    WHERE authorities.area_code IS NULL
    GROUP BY cast(indicators.area_code AS VARCHAR)
)

SELECT area_code, area_name, 'la' AS area_kind, region_name FROM authorities
UNION ALL
SELECT
    area_code,
    area_name,
    CASE WHEN area_number = 970 THEN 'england' WHEN area_number > 970 THEN 'region' ELSE 'la' END AS area_kind,
    region_name
FROM others
