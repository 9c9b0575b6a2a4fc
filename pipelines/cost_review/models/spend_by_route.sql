-- Financial years whose use is on record from the first month: spend over a part of the use means nothing.
WITH known_days AS (
    SELECT days.financial_year, states.period_state, states.known_to, count(*) AS school_days
    FROM activity.placement_days AS days
    INNER JOIN cost_review.financial_states AS states
        ON days.financial_year = states.financial_year AND days.calendar_date <= states.known_to
    GROUP BY days.financial_year, states.period_state, states.known_to
    HAVING
        make_date(cast(left(days.financial_year, 4) AS BIGINT), 4, 1) + INTERVAL '31 days'
        >= (SELECT min(week_start) FROM placements.attendance)
),

spend AS (
    SELECT spent.*
    FROM cost_review.attributed_spend AS spent
    INNER JOIN known_days ON spent.financial_year = known_days.financial_year
),

-- Cost and use are of the same providers: those that were paid in the year.
paid AS (
    SELECT DISTINCT spend.financial_year, spend.level, spend.provision_type, providers.provider_id
    FROM spend
    INNER JOIN cost_review.supplied_providers AS providers ON spend.provider_id = providers.ledger_provider_id
),

used AS (
    SELECT
        paid.financial_year,
        paid.level,
        paid.provision_type,
        months.commissioner,
        months.placement_id,
        sum(months.days_open) AS days_open,
        sum(months.fte_days) AS fte_days
    FROM activity.placement_months AS months
    INNER JOIN paid ON months.financial_year = paid.financial_year AND months.provider_id = paid.provider_id
    GROUP BY paid.financial_year, paid.level, paid.provision_type, months.commissioner, months.placement_id
),

-- What schools and other councils are recharged, as a positive amount.
recharged AS (
    SELECT
        journals.financial_year,
        CASE WHEN journals.spend_class IN ('HOSPITAL', 'TRANSPORT', 'OTHER') THEN 'APART' ELSE 'AP' END AS level,
        journals.provision_type,
        CASE WHEN journals.kind = 'RECHARGE_SCHOOL' THEN 'SCHOOL' ELSE 'OTHER_LA' END AS commissioner,
        -journals.amount AS income
    FROM cost_review.ap_journals AS journals
    INNER JOIN known_days ON journals.financial_year = known_days.financial_year
    WHERE journals.purpose = 'INCOME'
),

incomes AS (
    SELECT
        financial_year,
        level,
        coalesce(provision_type, 'all') AS provision_type,
        coalesce(commissioner, 'all') AS commissioner,
        sum(income) AS income
    FROM recharged
    GROUP BY GROUPING SETS (
        (financial_year, level, provision_type, commissioner), (financial_year, level, provision_type),
        (financial_year, level, commissioner), (financial_year, level)
    )
),

money AS (
    SELECT
        financial_year,
        level,
        coalesce(provision_type, 'all') AS provision_type,
        coalesce(commissioner, 'all') AS commissioner,
        sum(gross) AS gross
    FROM spend
    GROUP BY GROUPING SETS (
        (financial_year, level, provision_type, commissioner), (financial_year, level, provision_type),
        (financial_year, level, commissioner), (financial_year, level)
    )
),

use_of AS (
    SELECT
        financial_year,
        level,
        coalesce(provision_type, 'all') AS provision_type,
        coalesce(commissioner, 'all') AS commissioner,
        count(*) AS placements,
        sum(days_open) AS days_open,
        sum(fte_days) AS fte_days
    FROM used
    GROUP BY GROUPING SETS (
        (financial_year, level, provision_type, commissioner), (financial_year, level, provision_type),
        (financial_year, level, commissioner), (financial_year, level)
    )
),

cells AS (
    SELECT financial_year, level, provision_type, commissioner FROM money
    UNION
    SELECT financial_year, level, provision_type, commissioner FROM use_of
    UNION
    SELECT financial_year, level, provision_type, commissioner FROM incomes
),

costed AS (
    SELECT
        cells.financial_year,
        cells.level,
        cells.provision_type,
        cells.commissioner,
        known_days.period_state,
        known_days.known_to,
        coalesce(money.gross, 0) AS gross,
        coalesce(incomes.income, 0) AS income,
        coalesce(use_of.placements, 0) AS placements,
        cast(
            exact(coalesce(use_of.fte_days, 0)) / cast(known_days.school_days AS DECIMAL(9, 0))
            AS DECIMAL(18, 6)
        ) AS average_fte,
        cast(exact(coalesce(use_of.days_open, 0)) / 5 AS DECIMAL(18, 6)) AS placement_weeks
    FROM cells
    INNER JOIN known_days ON cells.financial_year = known_days.financial_year
    LEFT JOIN money
        ON
            cells.financial_year = money.financial_year
            AND cells.level = money.level
            AND cells.provision_type = money.provision_type
            AND cells.commissioner = money.commissioner
    LEFT JOIN incomes
        ON
            cells.financial_year = incomes.financial_year
            AND cells.level = incomes.level
            AND cells.provision_type = incomes.provision_type
            AND cells.commissioner = incomes.commissioner
    LEFT JOIN use_of
        ON
            cells.financial_year = use_of.financial_year
            AND cells.level = use_of.level
            AND cells.provision_type = use_of.provision_type
            AND cells.commissioner = use_of.commissioner
)

SELECT
    costed.financial_year,
    costed.level,
    costed.provision_type,
    costed.commissioner,
    costed.period_state,
    costed.known_to,
    cast(costed.gross AS DECIMAL(18, 2)) AS gross,
    cast(costed.income AS DECIMAL(18, 2)) AS income,
    cast(costed.gross - costed.income AS DECIMAL(18, 2)) AS net,
    costed.placements,
    costed.average_fte,
    costed.placement_weeks,
    cast(
        CASE WHEN costed.commissioner = 'all' THEN coalesce(school.gross, 0) - coalesce(school.income, 0) END
        AS DECIMAL(18, 2)
    ) AS school_use_net,
    -- A part of a year's cost over an average would look cheap.
    cast(CASE WHEN costed.period_state = 'FINISHED' THEN costed.gross END AS DECIMAL(18, 2)) AS cost_of_year,
    cast(
        CASE WHEN costed.period_state = 'FINISHED' AND costed.commissioner = 'all' THEN costed.gross - costed.income END
        AS DECIMAL(18, 2)
    ) AS net_cost_of_year,
    CASE WHEN costed.commissioner = 'all' THEN coalesce(council.average_fte, 0) END AS council_fte
FROM costed
LEFT JOIN costed AS school
    ON
        costed.financial_year = school.financial_year
        AND costed.level = school.level
        AND costed.provision_type = school.provision_type
        AND school.commissioner = 'SCHOOL'
LEFT JOIN costed AS council
    ON
        costed.financial_year = council.financial_year
        AND costed.level = council.level
        AND costed.provision_type = council.provision_type
        AND council.commissioner = 'LA'
-- Corrections between lines without a provider come to nothing.
WHERE costed.provision_type = 'all' OR costed.gross <> 0 OR costed.income <> 0 OR costed.placements > 0
