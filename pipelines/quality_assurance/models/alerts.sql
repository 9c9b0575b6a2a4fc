-- What is new to a reader: each is said once when it begins, again when it is worse than it has been, and once when it is
-- over.
WITH documents AS (
    SELECT
        quality.week,
        checks.as_at,
        checks.provider_id,
        checks.provider_name,
        checks.check_type,
        checks.is_critical,
        checks.check_status,
        CASE
            WHEN checks.check_status IN ('NEVER', 'NOT_MET', 'EXPIRED') THEN 2
            WHEN checks.check_status = 'DUE' THEN 1
            ELSE 0
        END AS step,
        row_number() OVER (PARTITION BY checks.provider_id, checks.check_type ORDER BY checks.as_at) AS nth
    FROM activity.check_status AS checks
    INNER JOIN quality_assurance.provider_quality AS quality
        ON
            checks.provider_id = quality.provider_id
            AND quality.week = to_char(checks.as_at, '%G-w%V')
            AND quality.quality <> 'NONE'
    WHERE date_part('dow', checks.as_at) = 1
),

compared AS (
    SELECT
        *,
        lag(step) OVER (PARTITION BY provider_id, check_type ORDER BY as_at) AS step_before
    FROM documents
),

episodes AS (
    SELECT
        *,
        sum(CASE WHEN step > 0 AND step_before > 0 THEN 0 ELSE 1 END)
            OVER (PARTITION BY provider_id, check_type ORDER BY as_at) AS episode_no
    FROM compared
),

worst AS (
    SELECT
        *,
        max(step) OVER (
            PARTITION BY provider_id, check_type, episode_no
            ORDER BY as_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS worst_before,
        row_number() OVER (PARTITION BY provider_id, check_type, episode_no ORDER BY as_at) AS school_weeks
    FROM episodes
),

lasted AS (
    SELECT
        *,
        lag(school_weeks) OVER (PARTITION BY provider_id, check_type ORDER BY as_at) AS weeks_before
    FROM worst
),

document_news AS (
    SELECT
        week,
        provider_id,
        provider_name,
        check_type AS subject,
        is_critical,
        check_status AS state,
        CASE
            WHEN step > 0 AND worst_before IS NULL AND nth > 1 THEN 'NEW'
            WHEN step > worst_before THEN 'WORSE'
            WHEN step = 0 AND step_before > 0 THEN 'OVER'
        END AS news,
        CASE WHEN step = 0 THEN weeks_before ELSE school_weeks END AS school_weeks
    FROM lasted
),

alarms AS (
    SELECT
        *,
        lag(weeks_of_alarm) OVER (PARTITION BY provider_id ORDER BY monday) AS weeks_before
    FROM activity.registration_alarm
    WHERE registered <> 'YES'
),

registration_news AS (
    SELECT
        alarms.week,
        alarms.provider_id,
        alarms.provider_name,
        'REGISTRATION' AS subject,
        TRUE AS is_critical,
        alarms.alarm AS state,
        alarms.news,
        CASE WHEN alarms.weeks_of_alarm = 0 THEN alarms.weeks_before ELSE alarms.weeks_of_alarm END AS school_weeks
    FROM alarms
    WHERE alarms.week IN (SELECT week FROM quality_assurance.provider_quality)
),

reported AS (
    SELECT
        week,
        provider_id,
        provider_name,
        subject,
        CASE WHEN is_critical THEN 'CRITICAL' ELSE 'OTHER' END AS weight,
        state,
        news,
        school_weeks
    FROM (
        SELECT * FROM document_news
        UNION ALL
        SELECT * FROM registration_news
    )
    WHERE news IN ('NEW', 'WORSE', 'OVER')
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.week_states AS states ON reported.week = states.week
