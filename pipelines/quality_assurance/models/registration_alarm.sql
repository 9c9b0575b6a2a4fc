-- Schools are registered: nothing is asked of them here. Twelve school weeks are enough to see how an alarm came about.
WITH reported AS (
    SELECT
        week,
        provider_id,
        provider_name,
        alarm,
        coalesce(previous_alarm, 'NOT_KNOWN') AS previous_alarm,
        weeks_in_state,
        full_time,
        near_full_time,
        vulnerable_full_time
    FROM activity.registration_alarm
    WHERE
        registered <> 'YES'
        AND monday > (
            SELECT min(monday) - 1
            FROM (SELECT DISTINCT monday FROM activity.registration_alarm ORDER BY monday DESC LIMIT 12)
        )
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.week_states AS states ON reported.week = states.week
