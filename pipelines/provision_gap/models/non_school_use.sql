WITH used AS (
    SELECT DISTINCT academic_year, ap_population, key_stage, placement_id, provider_id
    FROM activity.placement_months
),

-- Whose child had an education, health and care plan while the placement was open in the year.
with_plan AS (
    SELECT DISTINCT used.academic_year, used.placement_id
    FROM used
    INNER JOIN activity.placement_spells AS spells ON used.placement_id = spells.placement_id
    INNER JOIN activity.academic_years AS years ON used.academic_year = years.academic_year
    INNER JOIN pupils.pupil_status AS status
        ON
            spells.pupil_key = status.pupil_key
            AND status.status = 'SEN_E'
            AND status.started_on <= least(coalesce(spells.counts_to, years.ends_on), years.ends_on)
            AND (status.ended_on IS NULL OR status.ended_on >= greatest(spells.started_on, years.starts_on))
),

-- Of a provider that is in no register nobody can say that it is a school.
described AS (
    SELECT
        used.academic_year,
        used.ap_population AS population,
        used.key_stage,
        CASE WHEN with_plan.placement_id IS NULL THEN 'OTHER' ELSE 'PLAN' END AS sen_group,
        CASE WHEN providers.urn IS NULL THEN 1 ELSE 0 END AS without_urn,
        CASE WHEN providers.urn IS NULL AND providers.registered IS NOT TRUE THEN 1 ELSE 0 END AS not_registered,
        -- Hours as they are recorded; else a session has those of the method.
        CASE
            WHEN providers.urn IS NULL
                THEN coalesce(
                    cast(placements.hours_per_week AS DECIMAL(18, 4)),
                    cast(spells.sessions_per_week AS DECIMAL(9, 1)) * cast($hours_per_session AS DECIMAL(9, 2))
                )
        END AS hours
    FROM used
    INNER JOIN activity.placement_spells AS spells ON used.placement_id = spells.placement_id
    LEFT JOIN with_plan
        ON used.academic_year = with_plan.academic_year AND used.placement_id = with_plan.placement_id
    LEFT JOIN placements.placements AS placements ON used.placement_id = placements.placement_id
    LEFT JOIN commissioning.providers AS providers ON used.provider_id = providers.provider_id
),

-- No row adds the populations up: a child may be in more than one of them.
reported AS (
    SELECT
        academic_year,
        population,
        coalesce(key_stage, 'all') AS key_stage,
        coalesce(sen_group, 'all') AS sen_group,
        count(*) AS placements,
        cast(sum(1 - without_urn) AS BIGINT) AS placements_at_school,
        cast(sum(without_urn) AS BIGINT) AS placements_without_urn,
        cast(sum(not_registered) AS BIGINT) AS placements_not_registered,
        cast(coalesce(sum(hours), 0) AS DECIMAL(18, 2)) AS planned_hours
    FROM described
    GROUP BY GROUPING SETS (
        (academic_year, population, key_stage, sen_group),
        (academic_year, population, key_stage),
        (academic_year, population, sen_group),
        (academic_year, population)
    )
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
