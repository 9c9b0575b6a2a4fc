WITH reported AS (
    SELECT
        quality.week,
        checks.check_type,
        CASE WHEN checks.is_critical THEN 'CRITICAL' ELSE 'OTHER' END AS weight,
        count(*) AS providers_in_use,
        count(*) FILTER (WHERE checks.check_status = 'VALID') AS in_force,
        count(*) FILTER (WHERE checks.check_status = 'DUE') AS due,
        count(*) FILTER (WHERE checks.check_status = 'EXPIRED') AS expired,
        count(*) FILTER (WHERE checks.check_status = 'NEVER') AS never_seen,
        count(*) FILTER (WHERE checks.check_status = 'NOT_MET') AS not_met,
        count(*) FILTER (WHERE checks.check_status = 'LATE_FIRST_VISIT') AS visited_late
    FROM quality_assurance.provider_quality AS quality
    INNER JOIN activity.check_status AS checks
        ON
            quality.provider_id = checks.provider_id
            AND quality.week = to_char(checks.as_at, '%G-w%V')
            AND date_part('dow', checks.as_at) = 1
    WHERE quality.quality <> 'NONE'
    GROUP BY quality.week, checks.check_type, checks.is_critical
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.week_states AS states ON reported.week = states.week
