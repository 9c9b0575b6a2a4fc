-- What the council's own placements used of each provider, by the provider that stands for all of its supplier.
WITH register AS (
    SELECT DISTINCT provider_id, ledger_provider_id FROM cost_review.supplied_providers
)

SELECT
    months.financial_year,
    register.ledger_provider_id AS provider_id,
    count(DISTINCT months.pupil_key) AS pupils,
    cast(exact(sum(months.days_open)) / 5 AS DECIMAL(18, 6)) AS placement_weeks,
    cast(sum(months.fte_days) AS DECIMAL(18, 4)) AS fte_days,
    cast(sum(cast(spells.sessions_per_week AS DECIMAL(18, 6)) * months.days_open / 5) AS DECIMAL(18, 6)) AS sessions_planned,
    coalesce(sum(delivered.possible), 0) AS sessions_possible,
    coalesce(sum(delivered.attended), 0) AS sessions_attended
FROM activity.placement_months AS months
INNER JOIN register ON months.provider_id = register.provider_id
INNER JOIN activity.placement_spells AS spells ON months.placement_id = spells.placement_id
LEFT JOIN cost_review.delivered_months AS delivered
    ON months.placement_id = delivered.placement_id AND months.month = delivered.month
WHERE months.commissioner = 'LA'
GROUP BY months.financial_year, register.ledger_provider_id
