-- Why the council's placements cost more or less than in the year before: spend as children, times the share of them in each
-- type, times weeks a child, times sessions a week, times pounds a session. One factor after the other takes its new value,
-- in this order; another order would give other steps.
WITH states AS (
    SELECT financial_year, financial_start FROM cost_review.financial_states WHERE period_state = 'FINISHED'
),

spend AS (
    SELECT financial_year, provision_type, gross
    FROM cost_review.spend_by_route
    WHERE level = 'AP' AND commissioner = 'LA' AND provision_type <> 'all'
),

used AS (
    SELECT
        months.financial_year,
        months.provision_type,
        count(DISTINCT months.pupil_key) AS pupils,
        exact(sum(months.days_open)) / 5 AS weeks,
        sum(cast(spells.sessions_per_week AS DECIMAL(18, 6)) * months.days_open / 5) AS sessions
    FROM activity.placement_months AS months
    INNER JOIN activity.placement_spells AS spells ON months.placement_id = spells.placement_id
    WHERE months.commissioner = 'LA'
    GROUP BY months.financial_year, months.provision_type
),

children AS (
    SELECT financial_year, count(DISTINCT pupil_key) AS pupils
    FROM activity.placement_months
    WHERE commissioner = 'LA'
    GROUP BY financial_year
),

factors AS (
    SELECT
        spend.financial_year,
        spend.provision_type,
        spend.gross,
        cast(children.pupils AS DECIMAL(18, 0)) AS n,
        cast(used.pupils AS DECIMAL(18, 0)) AS pupils,
        used.weeks,
        used.sessions
    FROM spend
    INNER JOIN children ON spend.financial_year = children.financial_year
    LEFT JOIN used ON spend.financial_year = used.financial_year AND spend.provision_type = used.provision_type
),

pairs AS (
    SELECT
        states.financial_year,
        before.financial_year AS year_before,
        types.provision_type
    FROM states
    INNER JOIN states AS before ON states.financial_start = before.financial_start + 1
    INNER JOIN (SELECT DISTINCT financial_year, provision_type FROM factors) AS types
        ON types.financial_year IN (states.financial_year, before.financial_year)
    GROUP BY states.financial_year, before.financial_year, types.provision_type
),

-- A type that is new has its own weeks, sessions and price from the start: all of it is mix. So has one that is gone.
joined AS (
    SELECT
        pairs.financial_year,
        pairs.year_before,
        pairs.provision_type,
        coalesce(old.gross, 0) AS gross_0,
        coalesce(new.gross, 0) AS gross_1,
        n_old.pupils AS n_0,
        n_new.pupils AS n_1,
        coalesce(old.pupils, 0) AS pupils_0,
        coalesce(new.pupils, 0) AS pupils_1,
        coalesce(old.weeks / nullif(old.pupils, 0), new.weeks / nullif(new.pupils, 0)) AS w_0,
        coalesce(new.weeks / nullif(new.pupils, 0), old.weeks / nullif(old.pupils, 0)) AS w_1,
        coalesce(old.sessions / nullif(old.weeks, 0), new.sessions / nullif(new.weeks, 0)) AS q_0,
        coalesce(new.sessions / nullif(new.weeks, 0), old.sessions / nullif(old.weeks, 0)) AS q_1,
        coalesce(
            cast(old.gross AS DECIMAL(24, 8)) / nullif(old.sessions, 0),
            cast(new.gross AS DECIMAL(24, 8)) / nullif(new.sessions, 0)
        ) AS p_0,
        old.sessions > 0 OR new.sessions > 0 AS is_used,
        -- Spend of a year in which nobody used the type has no price.
        (coalesce(old.gross, 0) <> 0 AND coalesce(old.sessions, 0) = 0)
        OR (coalesce(new.gross, 0) <> 0 AND coalesce(new.sessions, 0) = 0) AS is_unused
    FROM pairs
    LEFT JOIN factors AS old
        ON pairs.year_before = old.financial_year AND pairs.provision_type = old.provision_type
    LEFT JOIN factors AS new
        ON pairs.financial_year = new.financial_year AND pairs.provision_type = new.provision_type
    INNER JOIN children AS n_old ON pairs.year_before = n_old.financial_year
    INNER JOIN children AS n_new ON pairs.financial_year = n_new.financial_year
),

steps AS (
    SELECT
        financial_year,
        year_before,
        sum(gross_0) AS gross_0,
        sum(gross_1) AS gross_1,
        sum(CASE WHEN is_used AND NOT is_unused THEN gross_0 ELSE 0 END) AS start_0,
        sum(
            CASE
                WHEN is_used AND NOT is_unused
                    THEN cast(gross_0 AS DECIMAL(18, 4)) * cast(n_1 AS DECIMAL(9, 0)) / cast(n_0 AS DECIMAL(9, 0))
                ELSE 0
            END
        ) AS after_pupils,
        sum(
            CASE
                WHEN is_used AND NOT is_unused
                    THEN cast(pupils_1 * cast(w_0 AS DECIMAL(18, 8)) AS DECIMAL(24, 8))
                        * cast(cast(q_0 AS DECIMAL(18, 8)) * cast(p_0 AS DECIMAL(18, 8)) AS DECIMAL(18, 8))
                ELSE 0
            END
        ) AS after_mix,
        sum(
            CASE
                WHEN is_used AND NOT is_unused
                    THEN cast(pupils_1 * cast(w_1 AS DECIMAL(18, 8)) AS DECIMAL(24, 8))
                        * cast(cast(q_0 AS DECIMAL(18, 8)) * cast(p_0 AS DECIMAL(18, 8)) AS DECIMAL(18, 8))
                ELSE 0
            END
        ) AS after_duration,
        sum(
            CASE
                WHEN is_used AND NOT is_unused
                    THEN cast(pupils_1 * cast(w_1 AS DECIMAL(18, 8)) AS DECIMAL(24, 8))
                        * cast(cast(q_1 AS DECIMAL(18, 8)) * cast(p_0 AS DECIMAL(18, 8)) AS DECIMAL(18, 8))
                ELSE 0
            END
        ) AS after_intensity,
        sum(CASE WHEN is_used AND NOT is_unused THEN gross_1 ELSE 0 END) AS after_price
    FROM joined
    GROUP BY financial_year, year_before
),

pounds AS (
    SELECT
        financial_year,
        cast(gross_0 AS DECIMAL(18, 2)) AS gross_0,
        cast(gross_1 AS DECIMAL(18, 2)) AS gross_1,
        cast(start_0 AS DECIMAL(18, 2)) AS start_0,
        cast(after_pupils AS DECIMAL(18, 2)) AS after_pupils,
        cast(after_mix AS DECIMAL(18, 2)) AS after_mix,
        cast(after_duration AS DECIMAL(18, 2)) AS after_duration,
        cast(after_intensity AS DECIMAL(18, 2)) AS after_intensity,
        cast(after_price AS DECIMAL(18, 2)) AS after_price
    FROM steps
),

reported AS (
    SELECT financial_year, '1_BEFORE' AS step, gross_0 AS amount FROM pounds
    UNION ALL
    SELECT financial_year, '2_PUPILS' AS step, after_pupils - start_0 AS amount FROM pounds
    UNION ALL
    SELECT financial_year, '3_MIX' AS step, after_mix - after_pupils AS amount FROM pounds
    UNION ALL
    SELECT financial_year, '4_DURATION' AS step, after_duration - after_mix AS amount FROM pounds
    UNION ALL
    SELECT financial_year, '5_INTENSITY' AS step, after_intensity - after_duration AS amount FROM pounds
    UNION ALL
    SELECT financial_year, '6_PRICE' AS step, after_price - after_intensity AS amount FROM pounds
    UNION ALL
    SELECT financial_year, '7_NOT_USED' AS step, (gross_1 - after_price) - (gross_0 - start_0) AS amount FROM pounds
    UNION ALL
    SELECT financial_year, '8_AFTER' AS step, gross_1 AS amount FROM pounds
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN cost_review.financial_states AS states ON reported.financial_year = states.financial_year
