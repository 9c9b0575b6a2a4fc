WITH years AS (
    SELECT academic_year, sum(school_days) AS school_days
    FROM provision_gap.school_months
    GROUP BY academic_year
),

commissioned AS (
    SELECT DISTINCT academic_year, provider_id FROM provision_gap.capacity
),

used AS (
    SELECT months.academic_year, months.provision_type, months.placement_id, sum(months.fte_days) AS fte_days
    FROM activity.placement_months AS months
    LEFT JOIN commissioned
        ON months.academic_year = commissioned.academic_year AND months.provider_id = commissioned.provider_id
    WHERE commissioned.provider_id IS NULL
    GROUP BY months.academic_year, months.provision_type, months.placement_id
),

totals AS (
    SELECT
        academic_year,
        coalesce(provision_type, 'all') AS provision_type,
        count(*) AS placements,
        sum(fte_days) AS fte_days
    FROM used
    GROUP BY GROUPING SETS ((academic_year, provision_type), (academic_year))
)

SELECT
    totals.academic_year,
    totals.provision_type,
    totals.placements,
    cast(exact(totals.fte_days) / years.school_days AS DECIMAL(18, 4)) AS average_fte,
    states.period_state,
    states.known_to
FROM totals
INNER JOIN years ON totals.academic_year = years.academic_year
LEFT JOIN activity.academic_states AS states ON totals.academic_year = states.academic_year
