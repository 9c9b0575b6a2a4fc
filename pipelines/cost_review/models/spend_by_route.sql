-- Financial years whose use is on record from the first month: spend over a part of the use means nothing.
WITH known_days AS (
    SELECT days.financial_year, states.period_state, count(*) AS school_days
    FROM activity.placement_days AS days
    INNER JOIN cost_review.financial_states AS states
        ON days.financial_year = states.financial_year AND days.calendar_date <= states.known_to
    GROUP BY days.financial_year, states.period_state
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
    INNER JOIN commissioning.providers AS ledger ON spend.provider_id = ledger.provider_id
    INNER JOIN commissioning.providers AS providers
        ON
            coalesce(ledger.supplier_id, ledger.provider_id)
            = coalesce(providers.supplier_id, providers.provider_id)
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
)

SELECT
    cells.financial_year,
    cells.level,
    cells.provision_type,
    cells.commissioner,
    known_days.period_state,
    cast(coalesce(money.gross, 0) AS DECIMAL(18, 2)) AS gross,
    coalesce(use_of.placements, 0) AS placements,
    cast(
        cast(coalesce(use_of.fte_days, 0) AS DECIMAL(24, 6)) / cast(known_days.school_days AS DECIMAL(9, 0))
        AS DECIMAL(18, 6)
    ) AS average_fte,
    cast(cast(coalesce(use_of.days_open, 0) AS DECIMAL(24, 6)) / 5 AS DECIMAL(18, 6)) AS placement_weeks,
    -- A part of a year's cost over an average would look cheap.
    cast(CASE WHEN known_days.period_state = 'FINISHED' THEN coalesce(money.gross, 0) END AS DECIMAL(18, 2))
        AS cost_of_year
FROM cells
INNER JOIN known_days ON cells.financial_year = known_days.financial_year
LEFT JOIN money
    ON
        cells.financial_year = money.financial_year
        AND cells.level = money.level
        AND cells.provision_type = money.provision_type
        AND cells.commissioner = money.commissioner
LEFT JOIN use_of
    ON
        cells.financial_year = use_of.financial_year
        AND cells.level = use_of.level
        AND cells.provision_type = use_of.provision_type
        AND cells.commissioner = use_of.commissioner
