-- Financial years whose use is on record from the first month: spend over a part of the use means nothing.
WITH known_days AS (
    SELECT financial_year, count(*) AS school_days
    FROM activity.placement_days
    GROUP BY financial_year
    HAVING
        make_date(cast(left(financial_year, 4) AS BIGINT), 4, 1) + INTERVAL '31 days'
        >= (SELECT min(week_start) FROM placements.attendance)
),

spend AS (
    SELECT financial_year, coalesce(provision_type, 'all') AS provision_type, sum(amount) AS spend
    FROM cost_review.ap_ledger
    GROUP BY GROUPING SETS ((financial_year, provision_type), (financial_year))
),

-- The use of providers whom only schools pay would make the council's unit cost look low.
paid AS (
    SELECT DISTINCT ledger.financial_year, ledger.provision_type, providers.provider_id
    FROM cost_review.ap_ledger AS ledger
    INNER JOIN commissioning.providers AS providers ON ledger.supplier_id = providers.supplier_id
),

placements AS (
    SELECT
        months.financial_year,
        paid.provision_type,
        months.placement_id,
        sum(months.days_open) AS days_open,
        sum(months.fte_days) AS fte_days
    FROM activity.placement_months AS months
    INNER JOIN paid
        ON months.financial_year = paid.financial_year AND months.provider_id = paid.provider_id
    GROUP BY months.financial_year, paid.provision_type, months.placement_id
),

used AS (
    SELECT
        financial_year,
        coalesce(provision_type, 'all') AS provision_type,
        count(*) AS placements,
        sum(days_open) AS days_open,
        sum(fte_days) AS fte_days
    FROM placements
    GROUP BY GROUPING SETS ((financial_year, provision_type), (financial_year))
),

joined AS (
    SELECT
        spend.financial_year,
        spend.provision_type,
        spend.spend,
        coalesce(used.placements, 0) AS placements,
        cast(coalesce(used.fte_days, 0) AS DECIMAL(24, 6)) / known_days.school_days AS average_fte,
        cast(coalesce(used.days_open, 0) AS DECIMAL(24, 6)) / 5 AS placement_weeks
    FROM spend
    LEFT JOIN used ON spend.financial_year = used.financial_year AND spend.provision_type = used.provision_type
    INNER JOIN known_days ON spend.financial_year = known_days.financial_year
)

SELECT
    financial_year,
    provision_type,
    cast(spend AS DECIMAL(18, 2)) AS spend,
    placements,
    cast(average_fte AS DECIMAL(18, 4)) AS average_fte,
    cast(placement_weeks AS DECIMAL(18, 1)) AS placement_weeks
FROM joined
