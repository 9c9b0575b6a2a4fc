-- The straight line from the middle of a child's ward to where its provider teaches: no postcode of a child is in the store.
WITH placed AS (
    SELECT DISTINCT used.academic_year, used.provision_type, used.key_stage, used.placement_id
    FROM activity.placement_months AS used
    WHERE
        used.commissioner = 'LA'
        AND used.provision_type NOT IN ('TUITION_1TO1', 'ONLINE', 'EOTAS_PACKAGE')
),

places AS (
    SELECT
        placed.*,
        spells.nc_year,
        cast(homes.latitude AS DOUBLE) AS home_latitude,
        cast(homes.longitude AS DOUBLE) AS home_longitude,
        cast(sites.latitude AS DOUBLE) AS site_latitude,
        cast(sites.longitude AS DOUBLE) AS site_longitude
    FROM placed
    INNER JOIN activity.placement_spells AS spells ON placed.placement_id = spells.placement_id
    LEFT JOIN pupils.pupils AS pupils ON spells.pupil_key = pupils.pupil_key
    LEFT JOIN reference.ward_centres AS homes ON pupils.ward_code = homes.ward_code
    LEFT JOIN commissioning.providers AS providers ON spells.provider_id = providers.provider_id
    LEFT JOIN reference.postcodes AS sites ON providers.postcode = sites.postcode
),

-- Haversine, on a sphere of 6,371.0088 km.
measured AS (
    SELECT
        *,
        cast(
            2 * 6371.0088 * asin(
                sqrt(
                    power(sin(radians(site_latitude - home_latitude) / 2), 2)
                    + cos(radians(home_latitude)) * cos(radians(site_latitude))
                    * power(sin(radians(site_longitude - home_longitude) / 2), 2)
                )
            ) AS DECIMAL(18, 4)
        ) AS km
    FROM places
),

judged AS (
    SELECT
        *,
        cast(km / cast(1.609344 AS DECIMAL(9, 6)) AS DECIMAL(18, 4)) AS miles,
        -- Two miles for those under eight, who are in year 3 or below.
        CASE
            WHEN km IS NULL THEN NULL
            WHEN km / cast(1.609344 AS DECIMAL(9, 6)) > CASE WHEN nc_year <= 3 THEN 2 ELSE 3 END THEN 1
            ELSE 0
        END AS over_limit,
        CASE
            WHEN km IS NULL THEN NULL
            WHEN
                km * cast($road_factor AS DECIMAL(9, 4)) / cast($road_speed_kmh AS DECIMAL(9, 4)) * 60
                > CASE WHEN key_stage IN ('KS1', 'KS2') THEN 45 ELSE 75 END
                THEN 1
            ELSE 0
        END AS over_minutes
    FROM measured
),

grouped AS (
    SELECT
        judged.academic_year,
        CASE WHEN kinds.is_total THEN 'all' ELSE judged.provision_type END AS provision_type,
        CASE WHEN stages.is_total THEN 'all' ELSE judged.key_stage END AS key_stage,
        judged.km,
        judged.miles,
        judged.over_limit,
        judged.over_minutes
    FROM judged
    CROSS JOIN (VALUES (FALSE), (TRUE)) AS kinds (is_total)
    CROSS JOIN (VALUES (FALSE), (TRUE)) AS stages (is_total)
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY academic_year, provision_type, key_stage ORDER BY miles NULLS LAST
        ) AS nth,
        count(miles) OVER (PARTITION BY academic_year, provision_type, key_stage) AS of_all
    FROM grouped
),

reported AS (
    SELECT
        academic_year,
        provision_type,
        key_stage,
        count(*) AS placements_at_sites,
        count(miles) AS placements_measured,
        count(*) - count(miles) AS placements_unknown,
        -- A median of fewer than five is somebody's way to school.
        max(CASE WHEN of_all >= 5 AND nth = (of_all + 1) / 2 THEN miles END) AS median_miles,
        max(CASE WHEN of_all >= 5 AND nth = (9 * of_all + 9) / 10 THEN miles END) AS ninth_decile_miles,
        max(
            CASE
                WHEN of_all >= 5 AND nth = (of_all + 1) / 2
                    THEN cast(
                        km * cast($road_factor AS DECIMAL(9, 4)) / cast($road_speed_kmh AS DECIMAL(9, 4)) * 60
                        AS DECIMAL(18, 4)
                    )
            END
        ) AS median_minutes,
        cast(coalesce(sum(over_limit), 0) AS BIGINT) AS over_limit,
        cast(coalesce(sum(over_minutes), 0) AS BIGINT) AS over_minutes
    FROM ranked
    GROUP BY academic_year, provision_type, key_stage
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
