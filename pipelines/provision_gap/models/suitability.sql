-- What is recorded of a child and what its provider says that it offers. A difference is a signal to ask, not a finding.
WITH placed AS (
    SELECT
        used.academic_year,
        used.placement_id,
        used.provider_id,
        max(used.month) AS last_month
    FROM activity.placement_months AS used
    WHERE used.commissioner = 'LA'
    GROUP BY used.academic_year, used.placement_id, used.provider_id
),

asked AS (
    SELECT placement_id, max(sessions_wanted) AS sessions_wanted
    FROM placements.referrals
    WHERE placement_id IS NOT NULL
    GROUP BY placement_id
),

known AS (
    SELECT cast(max(week_start) + INTERVAL '4 days' AS DATE) AS last_day FROM placements.attendance
),

-- A mismatch is true or false where both sides are recorded, and else nothing.
judged AS (
    SELECT
        placed.academic_year,
        spells.pupil_key,
        CASE
            WHEN placements.primary_need IS NULL OR providers.needs IS NULL THEN NULL
            ELSE strpos(',' || replace(providers.needs, ' ', '') || ',', ',' || placements.primary_need || ',') = 0
        END AS need,
        CASE
            WHEN providers.nc_year_from IS NULL OR providers.nc_year_to IS NULL THEN NULL
            ELSE
                coalesce(placements.nc_year, 0) < providers.nc_year_from
                OR coalesce(placements.nc_year, 0) > providers.nc_year_to
        END AS age,
        CASE
            WHEN pupils.sex IS NULL OR providers.sexes IS NULL THEN NULL
            ELSE providers.sexes <> 'MIXED' AND providers.sexes <> pupils.sex
        END AS sex,
        -- Full time is 18 hours a week, and a session is two and a half hours.
        CASE
            WHEN asked.sessions_wanted IS NULL AND placements.legal_basis NOT IN ('S19_PEX', 'DAY6_SUSPENSION') THEN NULL
            ELSE
                placements.attendance_pattern = 'PT'
                AND placements.sessions_per_week < cast(7.2 AS DECIMAL(9, 1))
                AND (
                    coalesce(asked.sessions_wanted, 0) >= 10
                    OR placements.legal_basis IN ('S19_PEX', 'DAY6_SUSPENSION')
                )
        END AS part_time,
        CASE
            WHEN placements.planned_end_on IS NULL THEN NULL
            ELSE
                least(
                    coalesce(placements.ended_on, known.last_day),
                    make_date(cast(left(placed.academic_year, 4) AS BIGINT) + 1, 8, 31)
                ) > placements.planned_end_on + INTERVAL '30 days'
        END AS length
    FROM placed
    INNER JOIN placements.placements AS placements ON placed.placement_id = placements.placement_id
    INNER JOIN activity.placement_spells AS spells ON placed.placement_id = spells.placement_id
    CROSS JOIN known
    LEFT JOIN commissioning.providers AS providers ON placed.provider_id = providers.provider_id
    LEFT JOIN pupils.pupils AS pupils ON placements.pupil_key = pupils.pupil_key
    LEFT JOIN asked ON placed.placement_id = asked.placement_id
),

kinds AS (
    SELECT academic_year, pupil_key, 'NEED' AS kind, need AS differs FROM judged
    UNION ALL
    SELECT academic_year, pupil_key, 'AGE' AS kind, age AS differs FROM judged
    UNION ALL
    SELECT academic_year, pupil_key, 'SEX' AS kind, sex AS differs FROM judged
    UNION ALL
    SELECT academic_year, pupil_key, 'PART_TIME' AS kind, part_time AS differs FROM judged
    UNION ALL
    SELECT academic_year, pupil_key, 'LENGTH' AS kind, length AS differs FROM judged
),

-- Each child once, whatever number of placements and kinds.
anyone AS (
    SELECT academic_year, pupil_key, bool_or(differs) AS differs
    FROM kinds
    GROUP BY academic_year, pupil_key
),

reported AS (
    SELECT
        academic_year,
        kind,
        count(*) FILTER (WHERE differs) AS differing,
        count(*) FILTER (WHERE differs IS NOT NULL) AS recorded,
        count(*) FILTER (WHERE differs IS NULL) AS not_recorded
    FROM kinds
    GROUP BY academic_year, kind
    UNION ALL
    SELECT
        academic_year,
        'ANY' AS kind,
        count(*) FILTER (WHERE differs) AS differing,
        count(*) FILTER (WHERE differs IS NOT NULL) AS recorded,
        count(*) FILTER (WHERE differs IS NULL) AS not_recorded
    FROM anyone
    GROUP BY academic_year
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
