-- Children of the area in places of other authorities, and other authorities' children here, never in one sum.
WITH placed AS (
    SELECT DISTINCT used.academic_year, used.placement_id, used.provider_id, used.commissioner
    FROM activity.placement_months AS used
),

described AS (
    SELECT
        placed.academic_year,
        placements.reason_group,
        spells.key_stage,
        placed.commissioner,
        CASE
            WHEN placed.commissioner = 'OTHER_LA' THEN 'OF_OTHERS'
            WHEN sites.la_code IS NULL THEN 'UNKNOWN'
            WHEN sites.la_code <> $la_code THEN 'AWAY'
            ELSE 'HERE'
        END AS place
    FROM placed
    INNER JOIN activity.placement_spells AS spells ON placed.placement_id = spells.placement_id
    INNER JOIN placements.placements AS placements ON placed.placement_id = placements.placement_id
    LEFT JOIN commissioning.providers AS providers ON placed.provider_id = providers.provider_id
    LEFT JOIN reference.postcodes AS sites ON providers.postcode = sites.postcode
),

reported AS (
    SELECT
        academic_year,
        coalesce(reason_group, 'all') AS reason_group,
        coalesce(key_stage, 'all') AS key_stage,
        count(*) FILTER (WHERE place <> 'OF_OTHERS') AS placements_of_residents,
        count(*) FILTER (WHERE place = 'AWAY') AS placements_away,
        count(*) FILTER (WHERE place = 'HERE') AS placements_here,
        count(*) FILTER (WHERE place = 'UNKNOWN') AS placements_place_unknown,
        count(*) FILTER (WHERE place = 'OF_OTHERS') AS placements_of_others
    FROM described
    GROUP BY GROUPING SETS (
        (academic_year, reason_group, key_stage), (academic_year, reason_group), (academic_year, key_stage), (academic_year)
    )
)

SELECT
    reported.*,
    states.period_state,
    least(states.known_to, $known_to) AS known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
