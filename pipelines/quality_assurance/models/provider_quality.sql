-- A provider is as bad as the worst that is known of it on the Monday of the week.
WITH weeks AS (
    SELECT DISTINCT week, monday FROM activity.registration_alarm ORDER BY monday DESC LIMIT 13
),

checks AS (
    SELECT
        as_at,
        provider_id,
        count(*) FILTER (WHERE is_critical AND check_status IN ('NEVER', 'NOT_MET', 'EXPIRED')) AS critical_wanting,
        count(*) FILTER (WHERE NOT is_critical AND check_status IN ('NEVER', 'NOT_MET', 'EXPIRED')) AS others_wanting,
        count(*) FILTER (WHERE check_status = 'DUE') AS due,
        count(*) FILTER (WHERE check_status = 'DUE' AND is_critical) AS critical_due,
        count(*) FILTER (WHERE check_status = 'LATE_FIRST_VISIT') AS late_visits,
        count(*) FILTER (WHERE is_action_overdue) AS actions_overdue
    FROM activity.check_status
    GROUP BY as_at, provider_id
),

-- Providers that are suspended on the Monday, and whether a child was placed there since.
suspended AS (
    SELECT
        weeks.monday,
        providers.provider_id,
        max(providers.status_from) AS since,
        coalesce(bool_or(spells.started_on > providers.status_from AND spells.started_on <= weeks.monday), FALSE)
            AS is_used_since
    FROM weeks
    INNER JOIN commissioning.providers AS providers
        ON
            providers.provider_status = 'SUSPENDED'
            AND (providers.status_from IS NULL OR providers.status_from <= weeks.monday)
    LEFT JOIN activity.placement_spells AS spells ON providers.provider_id = spells.provider_id
    GROUP BY weeks.monday, providers.provider_id
),

judged AS (
    SELECT
        weeks.week,
        weeks.monday,
        alarms.provider_id,
        alarms.provider_name,
        coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type,
        alarms.alarm,
        alarms.children,
        coalesce(checks.critical_wanting, 0) AS critical_wanting,
        coalesce(checks.others_wanting, 0) AS others_wanting,
        coalesce(checks.due, 0) AS due,
        coalesce(checks.actions_overdue, 0) AS actions_overdue,
        CASE
            WHEN alarms.children = 0 THEN 'NONE'
            WHEN checks.critical_wanting > 0 OR alarms.alarm = 'RED' OR suspended.provider_id IS NOT NULL THEN 'RED'
            WHEN
                checks.others_wanting > 0
                OR checks.critical_due > 0
                OR checks.late_visits > 0
                OR checks.actions_overdue > 0
                OR alarms.alarm = 'AMBER'
                THEN 'AMBER'
            ELSE 'GREEN'
        END AS quality,
        concat_ws(
            '; ',
            CASE
                WHEN suspended.since IS NOT NULL THEN 'suspended since ' || to_char(suspended.since, '%-d %B %Y')
                WHEN suspended.provider_id IS NOT NULL THEN 'suspended'
            END,
            CASE WHEN suspended.is_used_since THEN 'a child was placed there after that day' END,
            CASE WHEN checks.critical_wanting > 0 THEN 'a critical document or visit is wanting' END,
            CASE WHEN alarms.alarm = 'RED' THEN 'must register as a school' END
        ) AS reasons
    FROM weeks
    INNER JOIN activity.registration_alarm AS alarms ON weeks.monday = alarms.monday
    LEFT JOIN commissioning.providers AS providers ON alarms.provider_id = providers.provider_id
    LEFT JOIN checks ON weeks.monday = checks.as_at AND alarms.provider_id = checks.provider_id
    LEFT JOIN suspended ON weeks.monday = suspended.monday AND alarms.provider_id = suspended.provider_id
),

compared AS (
    SELECT
        *,
        lag(quality) OVER (PARTITION BY provider_id ORDER BY monday) AS previous_quality,
        row_number() OVER (PARTITION BY provider_id ORDER BY monday DESC) AS nth
    FROM judged
),

reported AS (
    SELECT
        week,
        provider_id,
        provider_name,
        provision_type,
        quality,
        coalesce(previous_quality, 'NOT_KNOWN') AS previous_quality,
        CASE WHEN quality = 'RED' THEN upper(left(reasons, 1)) || substr(reasons, 2) ELSE 'NOT_RED' END AS why,
        alarm,
        critical_wanting,
        others_wanting,
        due,
        actions_overdue,
        children
    FROM compared
    WHERE nth <= 12
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.week_states AS states ON reported.week = states.week
