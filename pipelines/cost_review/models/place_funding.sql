-- A financial year pays for the last five months of one academic year and the first seven of the next;
-- for post-16 places, whose year begins in August, the last four and the first eight. Places bought for a part of
-- the year are paid for its months, and for days as parts of their month.
WITH places AS (
    SELECT
        cast(left(places.academic_year, 4) AS BIGINT) AS academic_start,
        coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type,
        CASE WHEN places.key_stage = 'P16' THEN 8 ELSE 9 END AS first_month,
        places.valid_from,
        places.valid_to,
        exact(places.places * places.place_rate) AS year_of_places
    FROM commissioning.commissioned_places AS places
    LEFT JOIN commissioning.providers AS providers ON places.provider_id = providers.provider_id
    -- A spot place is paid for when it is used, and then by the session.
    WHERE places.basis = 'BLOCK'
),

dated AS (
    SELECT
        academic_start,
        provision_type,
        year_of_places,
        coalesce(valid_from, make_date(academic_start, first_month, 1)) AS first_day,
        coalesce(valid_to, make_date(academic_start + 1, first_month - 1, 31)) AS last_day
    FROM places
),

-- Months since the year zero, with the part of the month that is over in the morning of the first day and in the
-- evening of the last.
measured AS (
    SELECT
        academic_start,
        provision_type,
        year_of_places,
        12 * (academic_start + 1) + 3 AS year_change,
        cast(12 * date_part('year', first_day) + date_part('month', first_day) - 1 AS BIGINT)
        + cast(date_part('day', first_day) - 1 AS DECIMAL(12, 8))
        / cast(
            date_part('day', date_trunc('month', first_day) + INTERVAL '1 month' - INTERVAL '1 day') AS BIGINT
        ) AS begins,
        cast(12 * date_part('year', last_day) + date_part('month', last_day) - 1 AS BIGINT)
        + cast(date_part('day', last_day) AS DECIMAL(12, 8))
        / cast(
            date_part('day', date_trunc('month', last_day) + INTERVAL '1 month' - INTERVAL '1 day') AS BIGINT
        ) AS ends
    FROM dated
),

parts AS (
    SELECT
        academic_start AS financial_start,
        provision_type,
        year_of_places * greatest(least(ends, year_change) - begins, 0) / 12 AS place_funding
    FROM measured
    UNION ALL
    SELECT
        academic_start + 1 AS financial_start,
        provision_type,
        year_of_places * greatest(ends - greatest(begins, year_change), 0) / 12 AS place_funding
    FROM measured
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
),

reported AS (
    SELECT
        cast(financial_start AS VARCHAR) || '-' || right(cast(financial_start + 1 AS VARCHAR), 2) AS financial_year,
        coalesce(provision_type, 'all') AS provision_type,
        cast(sum(place_funding) AS DECIMAL(18, 2)) AS place_funding
    FROM by_type
    GROUP BY GROUPING SETS ((financial_start, provision_type), (financial_start))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN cost_review.year_states AS states ON reported.financial_year = states.financial_year
