WITH years AS (
    SELECT academic_year, sum(school_days) AS school_days
    FROM provision_gap.school_months
    GROUP BY academic_year
),

supply AS (
    SELECT
        academic_year,
        provider_id,
        sum(commissioned_places) AS commissioned_places
    FROM provision_gap.capacity
    GROUP BY academic_year, provider_id
),

use_by_month AS (
    SELECT academic_year, month, provider_id, sum(fte_days) AS fte_days
    FROM activity.placement_months
    GROUP BY academic_year, month, provider_id
),

use_of_year AS (
    SELECT
        used.academic_year,
        used.provider_id,
        sum(used.fte_days) AS fte_days,
        max(exact(used.fte_days) / months.school_days) AS peak_fte
    FROM use_by_month AS used
    INNER JOIN provision_gap.school_months AS months
        ON used.academic_year = months.academic_year AND used.month = months.month
    GROUP BY used.academic_year, used.provider_id
),

pupils AS (
    SELECT academic_year, provider_id, count(DISTINCT pupil_key) AS pupils
    FROM activity.placement_months
    GROUP BY academic_year, provider_id
),

listed AS (
    SELECT academic_year, provider_id FROM supply
    UNION
    SELECT academic_year, provider_id FROM use_of_year
)

SELECT
    listed.academic_year,
    listed.provider_id,
    coalesce(providers.provider_name, listed.provider_id) AS provider_name,
    coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type,
    coalesce(providers.provider_status, 'NOT_RECORDED') AS provider_status,
    cast(coalesce(supply.commissioned_places, 0) AS DECIMAL(18, 1)) AS commissioned_places,
    coalesce(usability.usability, 'NOT_APPROVED') AS usability,
    coalesce(pupils.pupils, 0) AS pupils,
    cast(exact(coalesce(used.fte_days, 0)) / years.school_days AS DECIMAL(18, 4)) AS average_fte,
    cast(coalesce(used.peak_fte, 0) AS DECIMAL(18, 4)) AS peak_fte,
    coalesce(used.fte_days, 0) AS fte_days,
    supply.commissioned_places * years.school_days AS place_days,
    states.period_state,
    states.known_to
FROM listed
INNER JOIN years ON listed.academic_year = years.academic_year
LEFT JOIN commissioning.providers AS providers ON listed.provider_id = providers.provider_id
LEFT JOIN provision_gap.provider_usability AS usability ON listed.provider_id = usability.provider_id
LEFT JOIN supply ON listed.academic_year = supply.academic_year AND listed.provider_id = supply.provider_id
LEFT JOIN use_of_year AS used ON listed.academic_year = used.academic_year AND listed.provider_id = used.provider_id
LEFT JOIN pupils ON listed.academic_year = pupils.academic_year AND listed.provider_id = pupils.provider_id
LEFT JOIN activity.academic_states AS states ON listed.academic_year = states.academic_year
