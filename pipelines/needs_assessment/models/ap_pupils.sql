-- A child has one row for each population and basis, described by the newest placement that counts and by what was
-- true of the child on its first day.
WITH open_placements AS (
    SELECT
        years.academic_year,
        'in_year' AS basis,
        placements.*
    FROM placements.placements AS placements
    INNER JOIN needs_assessment.covered_years AS years
        ON
            placements.started_on <= years.ends_on
            AND (placements.ended_on IS NULL OR placements.ended_on >= years.starts_on)
    UNION ALL
    SELECT
        years.academic_year,
        'census_day' AS basis,
        placements.*
    FROM placements.placements AS placements
    INNER JOIN needs_assessment.covered_years AS years
        ON
            placements.started_on <= years.census_on
            AND (placements.ended_on IS NULL OR placements.ended_on >= years.census_on)
    WHERE years.census_on <= years.last_day
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY academic_year, basis, ap_population, pupil_key
            ORDER BY started_on DESC, placement_id DESC
        ) AS nth
    FROM open_placements
),

-- A register knows a day from its first spell that ended: those that ended before are not in it.
registers AS (
    SELECT
        min(ended_on) FILTER (WHERE status = 'FSM') AS meals_from,
        min(ended_on) FILTER (WHERE status IN ('SEN_K', 'SEN_E')) AS needs_from,
        min(ended_on) FILTER (WHERE status IN ('CIN', 'CPP', 'CLA')) AS care_from
    FROM pupils.pupil_status
),

held AS (
    SELECT
        placements.placement_id,
        max(status.status) FILTER (WHERE status.status = 'FSM') AS meals,
        max(right(status.status, 1)) FILTER (WHERE status.status IN ('SEN_K', 'SEN_E')) AS needs,
        max(status.status) FILTER (WHERE status.status IN ('CIN', 'CPP', 'CLA')) AS care
    FROM placements.placements AS placements
    INNER JOIN pupils.pupil_status AS status
        ON
            placements.pupil_key = status.pupil_key
            AND status.started_on <= placements.started_on
            AND (status.ended_on IS NULL OR status.ended_on >= placements.started_on)
    GROUP BY placements.placement_id
),

-- Suspensions that stand in the twelve months before.
suspended AS (
    SELECT placements.placement_id, count(*) AS suspensions
    FROM placements.placements AS placements
    INNER JOIN outcomes.exclusions AS exclusions
        ON
            placements.pupil_key = exclusions.pupil_key
            AND exclusions.started_on < placements.started_on
            AND exclusions.started_on >= placements.started_on - INTERVAL '12 months'
    WHERE
        exclusions.category = 'SUSP'
        AND exclusions.outcome NOT IN ('RESCINDED_BY_HEAD', 'GOVERNORS_REINSTATED')
    GROUP BY placements.placement_id
),

routes AS (
    SELECT placement_id, min(route) AS route FROM placements.referrals WHERE placement_id IS NOT NULL GROUP BY placement_id
)

SELECT
    ranked.academic_year,
    ranked.basis,
    ranked.ap_population,
    ranked.pupil_key,
    coalesce(ranked.primary_need, 'NOT_RECORDED') AS primary_need,
    ranked.key_stage,
    ranked.reason_group,
    coalesce(routes.route, CASE WHEN ranked.commissioner = 'SCHOOL' THEN 'SCHOOL' ELSE 'NOT_RECORDED' END) AS route,
    coalesce(pupils.sex, 'NOT_RECORDED') AS sex,
    CASE
        WHEN pupils.ethnicity IS NULL OR pupils.ethnicity IN ('REFU', 'NOBT') THEN 'NOT_RECORDED'
        ELSE pupils.ethnicity
    END AS ethnicity,
    CASE
        WHEN held.meals IS NOT NULL THEN 'FSM'
        WHEN pupils.pupil_key IS NOT NULL AND ranked.started_on >= registers.meals_from THEN 'NOT_FSM'
        ELSE 'NOT_RECORDED'
    END AS fsm,
    CASE
        WHEN held.needs IS NOT NULL THEN held.needs
        WHEN pupils.pupil_key IS NOT NULL AND ranked.started_on >= registers.needs_from THEN 'N'
        ELSE 'NOT_RECORDED'
    END AS sen_provision,
    CASE
        WHEN held.care IS NOT NULL THEN held.care
        WHEN pupils.pupil_key IS NOT NULL AND ranked.started_on >= registers.care_from THEN 'NO_SOCIAL_CARE'
        ELSE 'NOT_RECORDED'
    END AS social_care,
    CASE
        WHEN coalesce(suspended.suspensions, 0) = 0 THEN 'NO_SUSPENSIONS'
        WHEN suspended.suspensions = 1 THEN 'ONE_SUSPENSION'
        WHEN suspended.suspensions = 2 THEN 'TWO_SUSPENSIONS'
        ELSE 'THREE_OR_MORE_SUSPENSIONS'
    END AS suspensions_before
-- The one row of `registers` stands first: DataFusion makes a batch for each row of a cross join's left side.
FROM registers
CROSS JOIN ranked
LEFT JOIN held ON ranked.placement_id = held.placement_id
LEFT JOIN suspended ON ranked.placement_id = suspended.placement_id
LEFT JOIN routes ON ranked.placement_id = routes.placement_id
LEFT JOIN pupils.pupils AS pupils ON ranked.pupil_key = pupils.pupil_key
WHERE ranked.nth = 1
