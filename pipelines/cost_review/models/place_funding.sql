-- A financial year pays for the last five months of one academic year and the first seven of the next;
-- for post-16 places, whose year begins in August, the last four and the first eight.
WITH places AS (
    SELECT
        cast(left(places.academic_year, 4) AS BIGINT) AS academic_start,
        coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type,
        CASE WHEN places.key_stage = 'P16' THEN 4 ELSE 5 END AS months_at_start,
        cast(places.places * places.place_rate AS DECIMAL(24, 6)) AS year_of_places
    FROM commissioning.commissioned_places AS places
    LEFT JOIN commissioning.providers AS providers ON places.provider_id = providers.provider_id
    -- A spot place is paid for when it is used, and then by the session.
    WHERE places.basis = 'BLOCK'
),

parts AS (
    SELECT
        academic_start AS financial_start,
        provision_type,
        year_of_places * (12 - months_at_start) / 12 AS place_funding
    FROM places
    UNION ALL
    SELECT
        academic_start + 1 AS financial_start,
        provision_type,
        year_of_places * months_at_start / 12 AS place_funding
    FROM places
),

-- A year of which only one part is commissioned yet would look like a cut.
whole_years AS (
    SELECT later.academic_start AS financial_start
    FROM (SELECT DISTINCT academic_start FROM places) AS later
    INNER JOIN (SELECT DISTINCT academic_start FROM places) AS earlier
        ON later.academic_start = earlier.academic_start + 1
),

by_type AS (
    SELECT parts.financial_start, parts.provision_type, round(sum(parts.place_funding), 2) AS place_funding
    FROM parts
    INNER JOIN whole_years ON parts.financial_start = whole_years.financial_start
    GROUP BY parts.financial_start, parts.provision_type
)

SELECT
    cast(financial_start AS VARCHAR) || '-' || right(cast(financial_start + 1 AS VARCHAR), 2) AS financial_year,
    coalesce(provision_type, 'all') AS provision_type,
    cast(sum(place_funding) AS DECIMAL(18, 2)) AS place_funding
FROM by_type
GROUP BY GROUPING SETS ((financial_start, provision_type), (financial_start))
