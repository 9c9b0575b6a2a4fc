-- The status of each document that a provider must have, on the Monday of each of the last forty school weeks and on the
-- last day with attendance. What counts is what the register says today: a document that replaced another is in it with the
-- day on which it was issued.
WITH days AS (
    SELECT as_at
    FROM (
        SELECT
            cast(date_trunc('week', calendar_date) AS DATE) AS as_at,
            row_number() OVER (ORDER BY date_trunc('week', calendar_date) DESC) AS nth
        FROM reference.school_calendar
        WHERE is_school_day AND cast(date_trunc('week', calendar_date) AS DATE) <= $as_of
        GROUP BY date_trunc('week', calendar_date)
    )
    WHERE nth <= 40
    UNION
    SELECT cast(max(week_start) + INTERVAL '4 days' AS DATE) AS as_at FROM placements.attendance
),

-- What never runs out outlives what does.
newest AS (
    SELECT
        days.as_at,
        checks.provider_id,
        checks.check_type,
        checks.issued_on,
        checks.expires_on,
        checks.outcome,
        checks.actions_due_on,
        row_number() OVER (
            PARTITION BY days.as_at, checks.provider_id, checks.check_type
            ORDER BY checks.issued_on DESC, checks.expires_on DESC NULLS FIRST, checks.outcome DESC
        ) AS nth
    FROM days
    INNER JOIN commissioning.provider_checks AS checks ON checks.issued_on <= days.as_at
),

first_placements AS (
    SELECT provider_id, min(started_on) AS first_started_on
    FROM activity.placement_spells
    GROUP BY provider_id
),

judged AS (
    SELECT
        days.as_at,
        providers.provider_id,
        providers.provider_name,
        required.check_type,
        required.critical = 'yes' AS is_critical,
        newest.issued_on,
        newest.outcome,
        newest.actions_due_on,
        -- A visit without a last day counts for as long as the next one is away.
        CASE
            WHEN newest.expires_on IS NOT NULL OR required.check_type <> 'MONITORING_VISIT' THEN newest.expires_on
            WHEN providers.registered THEN cast(newest.issued_on + INTERVAL '365 days' AS DATE)
            ELSE cast(newest.issued_on + INTERVAL '120 days' AS DATE)
        END AS expires_on,
        required.check_type = 'FIRST_VISIT' AND newest.issued_on > first_placements.first_started_on AS is_late_visit
    FROM days
    CROSS JOIN commissioning.providers AS providers
    INNER JOIN reference.required_checks AS required
        ON
            required.applies_to = 'ALL'
            OR (required.applies_to = 'REGISTERED' AND providers.registered)
            OR (required.applies_to = 'UNREGISTERED' AND NOT providers.registered)
    LEFT JOIN newest
        ON
            days.as_at = newest.as_at
            AND providers.provider_id = newest.provider_id
            AND required.check_type = newest.check_type
            AND newest.nth = 1
    LEFT JOIN first_placements ON providers.provider_id = first_placements.provider_id
)

SELECT
    as_at,
    provider_id,
    provider_name,
    check_type,
    is_critical,
    issued_on,
    expires_on,
    CASE
        WHEN issued_on IS NULL THEN 'NEVER'
        WHEN outcome = 'RED' THEN 'NOT_MET'
        WHEN expires_on < as_at THEN 'EXPIRED'
        WHEN expires_on - as_at <= $document_due THEN 'DUE'
        WHEN is_late_visit THEN 'LATE_FIRST_VISIT'
        ELSE 'VALID'
    END AS check_status,
    coalesce(actions_due_on < as_at, FALSE) AS is_action_overdue
FROM judged
