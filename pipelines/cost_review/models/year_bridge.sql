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
        sum(CASE WHEN is_used AND NOT is_unused THEN gross_1 ELSE 0 END) AS after_price,
        max(n_0) AS children_0,
        max(n_1) AS children_1,
        sum(CASE WHEN is_unused THEN pupils_0 + pupils_1 ELSE 0 END) AS children_not_used
    FROM joined
    GROUP BY financial_year, year_before
),

pounds AS (
    SELECT
        financial_year,
        year_before,
        cast(children_0 AS BIGINT) AS children_0,
        cast(children_1 AS BIGINT) AS children_1,
        cast(children_not_used AS BIGINT) AS children_not_used,
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

-- Who stands behind a step: the children of the year with fewer of them, and of what nobody used those of its types in the
-- year in which somebody did. The firms are those of the year in which the step ends.
firms AS (
    SELECT
        spend.financial_year,
        coalesce(providers.holding_id, spend.provider_id) AS firm,
        abs(sum(spend.gross)) AS paid
    FROM cost_review.attributed_spend AS spend
    LEFT JOIN commissioning.providers AS providers ON spend.provider_id = providers.provider_id
    WHERE spend.level = 'AP' AND spend.commissioner = 'LA'
    GROUP BY spend.financial_year, coalesce(providers.holding_id, spend.provider_id)
),

in_order AS (
    SELECT financial_year, paid, row_number() OVER (PARTITION BY financial_year ORDER BY paid DESC, firm) AS nth
    FROM firms
    WHERE paid <> 0
),

largest AS (
    SELECT
        financial_year,
        count(*) AS firms,
        max(CASE WHEN nth = 1 THEN paid ELSE 0 END) AS paid_1,
        max(CASE WHEN nth = 2 THEN paid ELSE 0 END) AS paid_2
    FROM in_order
    GROUP BY financial_year
),

in_steps AS (
    SELECT
        pounds.financial_year,
        listed.step,
        CASE listed.step
            WHEN '1_BEFORE' THEN pounds.gross_0
            WHEN '2_PUPILS' THEN pounds.after_pupils - pounds.start_0
            WHEN '3_MIX' THEN pounds.after_mix - pounds.after_pupils
            WHEN '4_DURATION' THEN pounds.after_duration - pounds.after_mix
            WHEN '5_INTENSITY' THEN pounds.after_intensity - pounds.after_duration
            WHEN '6_PRICE' THEN pounds.after_price - pounds.after_intensity
            WHEN '7_NOT_USED' THEN (pounds.gross_1 - pounds.after_price) - (pounds.gross_0 - pounds.start_0)
            WHEN '8_AFTER' THEN pounds.gross_1
        END AS amount,
        CASE listed.step
            WHEN '1_BEFORE' THEN pounds.children_0
            WHEN '7_NOT_USED' THEN pounds.children_not_used
            WHEN '8_AFTER' THEN pounds.children_1
            ELSE least(pounds.children_0, pounds.children_1)
        END AS children,
        CASE WHEN listed.step = '1_BEFORE' THEN pounds.year_before ELSE pounds.financial_year END AS year_of_firms
    FROM pounds
    CROSS JOIN (
        VALUES ('1_BEFORE'), ('2_PUPILS'), ('3_MIX'), ('4_DURATION'), ('5_INTENSITY'), ('6_PRICE'), ('7_NOT_USED'), ('8_AFTER')
    ) AS listed (step)
)

SELECT
    in_steps.financial_year,
    in_steps.step,
    in_steps.amount,
    in_steps.children,
    coalesce(largest.firms, 0) AS firms,
    cast(coalesce(largest.paid_1, 0) AS DECIMAL(18, 2)) AS paid_1,
    cast(coalesce(largest.paid_2, 0) AS DECIMAL(18, 2)) AS paid_2,
    states.period_state,
    states.known_to
FROM in_steps
LEFT JOIN largest ON in_steps.year_of_firms = largest.financial_year
LEFT JOIN cost_review.year_states AS states ON in_steps.financial_year = states.financial_year
