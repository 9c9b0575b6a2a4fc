-- Whether a child could be sent to a provider on the last day known, and else the first reason that forbids it.
WITH week AS (
    SELECT max(week_start) AS monday, cast(max(week_start) + INTERVAL '4 days' AS DATE) AS as_at
    FROM placements.attendance
),

-- The register of contracts is every directorate's: those that are about these providers are named on the rate cards.
contracts AS (
    SELECT
        cards.provider_id,
        count(*) AS contracts,
        count(*) FILTER (WHERE coalesce(register.expires_on, register.ends_on) < week.as_at) AS ended
    FROM (SELECT DISTINCT provider_id, contract_id FROM commissioning.rate_cards WHERE contract_id IS NOT NULL) AS cards
    CROSS JOIN week
    LEFT JOIN commissioning.contracts AS register ON cards.contract_id = register.contract_id
    WHERE register.starts_on IS NULL OR register.starts_on <= week.as_at
    GROUP BY cards.provider_id
),

-- What never runs out outlives what does.
newest_checks AS (
    SELECT
        checks.provider_id,
        checks.check_type,
        checks.outcome,
        checks.expires_on,
        row_number() OVER (
            PARTITION BY checks.provider_id, checks.check_type
            ORDER BY checks.issued_on DESC, checks.expires_on DESC NULLS FIRST, checks.outcome DESC
        ) AS nth
    FROM commissioning.provider_checks AS checks
    CROSS JOIN week
    WHERE checks.issued_on <= week.as_at
),

unchecked AS (
    SELECT providers.provider_id, count(*) AS checks_wanting
    FROM commissioning.providers AS providers
    CROSS JOIN week
    INNER JOIN reference.required_checks AS required
        ON
            required.critical = 'yes'
            AND (
                required.applies_to = 'ALL'
                OR (required.applies_to = 'REGISTERED' AND providers.registered)
                OR (required.applies_to = 'UNREGISTERED' AND NOT providers.registered)
            )
    LEFT JOIN newest_checks AS newest
        ON providers.provider_id = newest.provider_id AND required.check_type = newest.check_type AND newest.nth = 1
    WHERE newest.provider_id IS NULL OR newest.outcome = 'RED' OR newest.expires_on < week.as_at
    GROUP BY providers.provider_id
),

-- Children up to year 11 in the last week known, with the sessions that they have there in all their placements.
present AS (
    SELECT
        spells.provider_id,
        spells.pupil_key,
        sum(CASE WHEN placements.attendance_pattern = 'FT' THEN 10 ELSE spells.sessions_per_week END) AS sessions
    FROM activity.placement_spells AS spells
    INNER JOIN placements.placements AS placements ON spells.placement_id = placements.placement_id
    CROSS JOIN week
    INNER JOIN reference.days AS days ON week.monday = days.calendar_date
    LEFT JOIN pupils.pupils AS pupils ON spells.pupil_key = pupils.pupil_key
    WHERE
        spells.started_on <= week.as_at
        AND spells.counts_to >= week.monday
        AND coalesce(days.academic_start - pupils.birth_academic_year - 5, spells.nc_year, 0) <= 11
    GROUP BY spells.provider_id, spells.pupil_key
),

vulnerable AS (
    SELECT DISTINCT status.pupil_key
    FROM pupils.pupil_status AS status
    CROSS JOIN week
    WHERE
        status.status IN ('SEN_E', 'CLA')
        AND status.started_on <= week.monday
        AND (status.ended_on IS NULL OR status.ended_on >= week.monday)
),

-- Full time is 18 hours a week, and a session is two and a half hours: 7.2 sessions.
full_time AS (
    SELECT
        present.provider_id,
        count(*) AS children,
        count(vulnerable.pupil_key) AS vulnerable_children
    FROM present
    LEFT JOIN vulnerable ON present.pupil_key = vulnerable.pupil_key
    WHERE present.sessions >= cast(7.2 AS DECIMAL(9, 1))
    GROUP BY present.provider_id
)

SELECT
    providers.provider_id,
    week.as_at,
    CASE
        WHEN providers.provider_status NOT IN ('APPROVED', 'APPROVED_CONDITIONS') THEN 'NOT_APPROVED'
        WHEN providers.framework_lot IS NOT NULL AND contracts.contracts = contracts.ended THEN 'CLOSED_LOT'
        WHEN unchecked.checks_wanting > 0 THEN 'CHECK_EXPIRED'
        WHEN NOT providers.registered AND (full_time.children >= 5 OR full_time.vulnerable_children > 0)
            THEN 'REGISTRATION'
        ELSE 'USABLE'
    END AS usability
FROM commissioning.providers AS providers
CROSS JOIN week
LEFT JOIN contracts ON providers.provider_id = contracts.provider_id
LEFT JOIN unchecked ON providers.provider_id = unchecked.provider_id
LEFT JOIN full_time ON providers.provider_id = full_time.provider_id
