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
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
