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

unchecked AS (
    SELECT DISTINCT checks.provider_id
    FROM activity.check_status AS checks
    INNER JOIN week ON checks.as_at = week.as_at
    WHERE checks.is_critical AND checks.check_status IN ('NEVER', 'NOT_MET', 'EXPIRED')
)

SELECT
    providers.provider_id,
    week.as_at,
    CASE
        WHEN providers.provider_status NOT IN ('APPROVED', 'APPROVED_CONDITIONS') THEN 'NOT_APPROVED'
        WHEN providers.framework_lot IS NOT NULL AND contracts.contracts = contracts.ended THEN 'CLOSED_LOT'
        WHEN unchecked.provider_id IS NOT NULL THEN 'CHECK_EXPIRED'
        WHEN alarms.alarm = 'RED' THEN 'REGISTRATION'
        ELSE 'USABLE'
    END AS usability
FROM commissioning.providers AS providers
CROSS JOIN week
LEFT JOIN contracts ON providers.provider_id = contracts.provider_id
LEFT JOIN unchecked ON providers.provider_id = unchecked.provider_id
LEFT JOIN activity.registration_alarm AS alarms
    ON providers.provider_id = alarms.provider_id AND week.monday = alarms.monday
