WITH ended AS (
    SELECT
        days.academic_year,
        spells.commissioner,
        spells.provision_type,
        spells.placement_id,
        spells.last_day_no - spells.first_day_no + 1 <= 20 AS is_short,
        placements.end_reason NOT IN (
            'PLANNED_REINTEGRATED_MAINSTREAM', 'PLANNED_TO_SPECIAL', 'PLANNED_TO_OTHER_AP', 'Y11_LEAVER'
        ) AS is_unplanned,
        placements.end_reason IN ('PLANNED_REINTEGRATED_MAINSTREAM', 'PLANNED_TO_SPECIAL') AS is_return,
        placements.pupil_key,
        placements.ended_on
    FROM placements.placements AS placements
    INNER JOIN activity.placement_spells AS spells ON placements.placement_id = spells.placement_id
    INNER JOIN reference.days AS days ON placements.ended_on = days.calendar_date
    INNER JOIN activity.covered_years AS years ON days.academic_year = years.academic_year
),

again AS (
    SELECT DISTINCT ended.placement_id
    FROM ended
    INNER JOIN placements.placements AS later
        ON
            ended.pupil_key = later.pupil_key
            AND later.started_on > ended.ended_on
            AND later.started_on <= ended.ended_on + INTERVAL '365 days'
    WHERE ended.is_return
),

marked AS (
    SELECT
        ended.academic_year,
        ended.commissioner,
        ended.provision_type,
        coalesce(ended.is_unplanned, FALSE) AS is_unplanned,
        coalesce(ended.is_unplanned, FALSE) AND ended.is_short AS is_failed_start,
        coalesce(ended.is_return, FALSE) AS is_return,
        again.placement_id IS NOT NULL AS is_again
    FROM ended
    LEFT JOIN again ON ended.placement_id = again.placement_id
),

reported AS (
    SELECT
        academic_year,
        coalesce(commissioner, 'all') AS commissioner,
        coalesce(provision_type, 'all') AS provision_type,
        count(*) AS ended,
        count(*) FILTER (WHERE is_unplanned) AS broke_down,
        count(*) FILTER (WHERE is_failed_start) AS failed_starts,
        count(*) FILTER (WHERE is_return) AS returned,
        count(*) FILTER (WHERE is_again) AS came_again
    FROM marked
    GROUP BY GROUPING SETS (
        (academic_year, commissioner, provision_type),
        (academic_year, commissioner),
        (academic_year, provision_type),
        (academic_year)
    )
),

-- Three years together, where one has too few: years that have none of the kind are none of the three.
pooled AS (
    SELECT
        reported.academic_year,
        reported.commissioner,
        reported.provision_type,
        count(*) AS years_pooled,
        cast(sum(earlier.ended) AS BIGINT) AS ended_three_years,
        cast(sum(earlier.broke_down) AS BIGINT) AS broke_down_three_years
    FROM reported
    INNER JOIN reported AS earlier
        ON
            reported.commissioner = earlier.commissioner
            AND reported.provision_type = earlier.provision_type
            AND cast(left(earlier.academic_year, 4) AS BIGINT)
            BETWEEN cast(left(reported.academic_year, 4) AS BIGINT) - 2 AND cast(left(reported.academic_year, 4) AS BIGINT)
    GROUP BY reported.academic_year, reported.commissioner, reported.provision_type
)

SELECT
    reported.*,
    CASE WHEN reported.commissioner = 'all' AND reported.ended < 30 THEN pooled.years_pooled END AS years_pooled,
    CASE
        WHEN reported.commissioner = 'all' AND reported.ended < 30
            THEN pooled.ended_three_years
    END AS ended_three_years,
    CASE
        WHEN reported.commissioner = 'all' AND reported.ended < 30
            THEN pooled.broke_down_three_years
    END AS broke_down_three_years,
    reported.commissioner = 'all' AND reported.ended < 30 AS is_pooled,
    states.period_state,
    states.known_to
FROM reported
INNER JOIN pooled
    ON
        reported.academic_year = pooled.academic_year
        AND reported.commissioner = pooled.commissioner
        AND reported.provision_type = pooled.provision_type
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
