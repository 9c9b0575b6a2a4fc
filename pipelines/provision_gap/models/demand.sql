-- What the council's children needed month by month: those in a place, those waiting for one, and those in one that stands
-- in for another.
WITH months AS (
    SELECT
        academic_year,
        month,
        count(*) AS school_days,
        max(calendar_date) AS last_day
    FROM activity.placement_days
    WHERE calendar_date <= $known_to
    GROUP BY academic_year, month
),

-- A log holds at first only what was new then: those waiting are known when it is a year old.
covered AS (
    SELECT *
    FROM months
    WHERE last_day >= (SELECT min(referred_on) + INTERVAL '365 days' FROM placements.referrals)
),

used AS (
    SELECT
        used.academic_year,
        used.month,
        used.placement_id,
        CASE WHEN placements.wanted_provision_type <> used.provision_type THEN placements.wanted_provision_type END
            AS wanted,
        used.provision_type,
        used.key_stage,
        -- Rounded here and added up after: cells, months and parts then add up to the last digit.
        cast(exact(used.fte_days) / covered.school_days AS DECIMAL(18, 6)) AS fte
    FROM activity.placement_months AS used
    INNER JOIN covered ON used.academic_year = covered.academic_year AND used.month = covered.month
    LEFT JOIN placements.placements AS placements ON used.placement_id = placements.placement_id
    WHERE used.commissioner = 'LA'
),

-- The type that took most placements of a key stage and need in the twelve months before; that of the key stage where
-- none had the need.
begun AS (
    SELECT covered.month, spells.key_stage, spells.primary_need, spells.provision_type
    FROM activity.placement_spells AS spells
    INNER JOIN covered
        ON
            spells.started_on <= covered.last_day
            AND spells.started_on > covered.last_day - INTERVAL '12 months'
    WHERE spells.commissioner = 'LA'
),

taken AS (
    SELECT month, key_stage, primary_need AS need, provision_type, count(*) AS placements
    FROM begun
    GROUP BY month, key_stage, primary_need, provision_type
    UNION ALL
    SELECT month, key_stage, 'any' AS need, provision_type, count(*) AS placements
    FROM begun
    GROUP BY month, key_stage, provision_type
),

usual AS (
    SELECT
        taken.month,
        taken.key_stage,
        taken.need,
        taken.provision_type,
        row_number() OVER (
            PARTITION BY taken.month, taken.key_stage, taken.need
            ORDER BY taken.placements DESC, types.sort, taken.provision_type
        ) AS nth
    FROM taken
    LEFT JOIN reference.provision_types AS types ON taken.provision_type = types.code
),

placed AS (
    SELECT DISTINCT covered.month, spells.pupil_key
    FROM activity.placement_spells AS spells
    INNER JOIN covered ON spells.started_on <= covered.last_day AND spells.counts_to >= covered.last_day
    WHERE spells.commissioner = 'LA'
),

-- A child counts once a month: not as waiting while it has a place, and by its newest agreement.
listed AS (
    SELECT
        covered.academic_year,
        covered.month,
        referrals.pupil_key,
        referrals.key_stage,
        coalesce(referrals.primary_need, 'NOT_RECORDED') AS primary_need,
        referrals.wanted_provision_type,
        coalesce(exact(referrals.sessions_wanted) / cast($fte_sessions AS DECIMAL(9, 1)), 1) AS fte,
        row_number() OVER (
            PARTITION BY covered.month, referrals.pupil_key
            ORDER BY referrals.panel_on DESC, referrals.referral_id DESC
        ) AS nth
    FROM placements.referrals AS referrals
    INNER JOIN covered
        ON
            referrals.panel_on <= covered.last_day
            AND referrals.panel_on
            > covered.last_day - cast(concat(cast($waiting_expires_months AS VARCHAR), ' months') AS INTERVAL)
    LEFT JOIN placements.placements AS placements ON referrals.placement_id = placements.placement_id
    LEFT JOIN placed ON covered.month = placed.month AND referrals.pupil_key = placed.pupil_key
    WHERE
        referrals.referral_outcome IN ('AGREED', 'AGREED_WAITING')
        AND (placements.started_on IS NULL OR placements.started_on > covered.last_day)
        AND placed.pupil_key IS NULL
),

waiting AS (
    SELECT
        listed.academic_year,
        listed.month,
        coalesce(listed.wanted_provision_type, of_need.provision_type, of_stage.provision_type, 'NOT_RECORDED')
            AS provision_type,
        listed.key_stage,
        cast(least(listed.fte, 1) AS DECIMAL(18, 6)) AS fte
    FROM listed
    LEFT JOIN usual AS of_need
        ON
            listed.month = of_need.month
            AND listed.key_stage = of_need.key_stage
            AND listed.primary_need = of_need.need
            AND of_need.nth = 1
    LEFT JOIN usual AS of_stage
        ON
            listed.month = of_stage.month
            AND listed.key_stage = of_stage.key_stage
            AND of_stage.need = 'any'
            AND of_stage.nth = 1
    WHERE listed.nth = 1
),

parts AS (
    SELECT
        academic_year,
        month,
        coalesce(wanted, provision_type) AS provision_type,
        key_stage,
        CASE WHEN wanted IS NULL THEN 1 ELSE 0 END AS placements,
        0 AS waiting,
        CASE WHEN wanted IS NULL THEN 0 ELSE 1 END AS elsewhere,
        CASE WHEN wanted IS NULL THEN fte ELSE 0 END AS occupied_fte,
        0 AS waiting_fte,
        CASE WHEN wanted IS NULL THEN 0 ELSE fte END AS elsewhere_fte
    FROM used
    UNION ALL
    SELECT
        academic_year,
        month,
        provision_type,
        key_stage,
        0 AS placements,
        1 AS waiting,
        0 AS elsewhere,
        0 AS occupied_fte,
        fte AS waiting_fte,
        0 AS elsewhere_fte
    FROM waiting
),

reported AS (
    SELECT
        academic_year,
        month,
        coalesce(provision_type, 'all') AS provision_type,
        coalesce(key_stage, 'all') AS key_stage,
        cast(sum(placements) AS BIGINT) AS placements_occupied,
        cast(sum(waiting) AS BIGINT) AS children_waiting,
        cast(sum(elsewhere) AS BIGINT) AS placements_elsewhere,
        cast(sum(occupied_fte) AS DECIMAL(18, 6)) AS occupied_fte,
        cast(sum(waiting_fte) AS DECIMAL(18, 6)) AS waiting_fte,
        cast(sum(elsewhere_fte) AS DECIMAL(18, 6)) AS elsewhere_fte,
        cast(sum(occupied_fte + waiting_fte + elsewhere_fte) AS DECIMAL(18, 6)) AS demand_fte
    FROM parts
    GROUP BY GROUPING SETS (
        (academic_year, month, provision_type, key_stage), (academic_year, month, provision_type),
        (academic_year, month, key_stage), (academic_year, month)
    )
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
