-- A child has one row for each population and basis, described by the newest placement that counts and by what was
-- true of the child on its first day.
WITH spells AS (
    SELECT
        placements.placement_id,
        placements.pupil_key,
        placements.ap_population,
        placements.commissioner,
        placements.reason_group,
        placements.primary_need,
        placements.key_stage,
        placements.started_on,
        -- What is open as far as is known has no last day yet.
        CASE WHEN spells.end_basis NOT IN ('OPEN', 'OPEN_PROVIDER_SILENT') THEN spells.counts_to END AS open_to
    FROM placements.placements AS placements
    INNER JOIN activity.placement_spells AS spells ON placements.placement_id = spells.placement_id
),

open_placements AS (
    SELECT
        years.academic_year,
        'in_year' AS basis,
        spells.*
    FROM spells
    INNER JOIN activity.covered_years AS years
        ON
            spells.started_on <= years.ends_on
            AND (spells.open_to IS NULL OR spells.open_to >= years.starts_on)
    -- One whose child was too old for it before it began counts for no day.
    WHERE spells.open_to IS NULL OR spells.open_to >= spells.started_on
    UNION ALL
    SELECT
        years.academic_year,
        'census_day' AS basis,
        spells.*
    FROM spells
    INNER JOIN activity.covered_years AS years
        ON
            spells.started_on <= years.census_on
            AND (spells.open_to IS NULL OR spells.open_to >= years.census_on)
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

-- Suspensions that stand in the twelve months before.
suspended AS (
    SELECT placements.placement_id, count(*) AS suspensions
    FROM placements.placements AS placements
    INNER JOIN activity.exclusion_events AS events
        ON
            placements.pupil_key = events.pupil_key
            AND events.started_on < placements.started_on
            AND events.started_on >= placements.started_on - INTERVAL '12 months'
    WHERE events.stands AND events.category = 'SUSP'
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
    -- Refused and not obtained are answers of their own, not blanks.
    coalesce(pupils.ethnicity, 'NOT_RECORDED') AS ethnicity,
    CASE
        WHEN status.fsm IS NOT NULL THEN 'FSM'
        WHEN status.knows_fsm THEN 'NOT_FSM'
        ELSE 'NOT_RECORDED'
    END AS fsm,
    CASE
        WHEN status.sen_provision IS NOT NULL THEN status.sen_provision
        WHEN status.knows_sen THEN 'N'
        ELSE 'NOT_RECORDED'
    END AS sen_provision,
    CASE
        WHEN status.social_care IS NOT NULL THEN status.social_care
        WHEN status.knows_social_care THEN 'NO_SOCIAL_CARE'
        ELSE 'NOT_RECORDED'
    END AS social_care,
    CASE
        WHEN coalesce(suspended.suspensions, 0) = 0 THEN 'NO_SUSPENSIONS'
        WHEN suspended.suspensions = 1 THEN 'ONE_SUSPENSION'
        WHEN suspended.suspensions = 2 THEN 'TWO_SUSPENSIONS'
        ELSE 'THREE_OR_MORE_SUSPENSIONS'
    END AS suspensions_before,
    states.period_state,
    states.known_to
FROM ranked
LEFT JOIN activity.statuses_on_days AS status ON ranked.pupil_key = status.pupil_key AND ranked.started_on = status.day
LEFT JOIN suspended ON ranked.placement_id = suspended.placement_id
LEFT JOIN routes ON ranked.placement_id = routes.placement_id
LEFT JOIN pupils.pupils AS pupils ON ranked.pupil_key = pupils.pupil_key
LEFT JOIN needs_assessment.series_states AS states
    ON ranked.academic_year = states.academic_year AND states.series = 'ATTENDANCE'
WHERE ranked.nth = 1
