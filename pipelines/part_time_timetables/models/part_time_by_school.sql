WITH reported AS (
    SELECT
        week,
        coalesce(urn, 'all') AS urn,
        CASE WHEN urn IS NULL THEN 'All schools' ELSE max(school_name) END AS school_name,
        count(*) AS active
    FROM part_time_timetables.active_timetables
    WHERE NOT is_exempt
    GROUP BY GROUPING SETS ((week, urn), (week))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.week_states AS states ON reported.week = states.week
