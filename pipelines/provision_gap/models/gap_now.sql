-- What was needed in nine months of ten, beside the places that could be used on the last day known.
WITH known AS (
    SELECT
        days.academic_start,
        cast(left(cast($known_academic_year AS VARCHAR), 4) AS BIGINT) AS running_from,
        cast($known_month_before AS VARCHAR) AS month_before
    FROM (SELECT max(as_at) AS as_at FROM provision_gap.supply) AS newest
    INNER JOIN reference.days AS days ON newest.as_at = days.calendar_date
),

-- Of a year whose first months are not known nothing is said.
months AS (
    SELECT DISTINCT demand.academic_year, demand.month
    FROM provision_gap.demand AS demand
),

-- The same months of the year before stand beside those of a year that is reported so far.
spans AS (
    SELECT months.academic_year, FALSE AS is_same_point, months.month
    FROM months
    UNION ALL
    SELECT
        cast(known.running_from AS VARCHAR) || '-' || right(cast(known.running_from + 1 AS VARCHAR), 2) AS academic_year,
        TRUE AS is_same_point,
        months.month
    FROM months
    CROSS JOIN known
    WHERE
        cast(left(months.academic_year, 4) AS BIGINT) = known.running_from - 1
        AND months.month <= known.month_before
),

counted_months AS (
    SELECT academic_year, is_same_point, count(*) AS months
    FROM spans
    GROUP BY academic_year, is_same_point
),

whole_years AS (
    SELECT school_months.academic_year
    FROM provision_gap.school_months AS school_months
    LEFT JOIN months
        ON school_months.academic_year = months.academic_year AND school_months.month = months.month
    INNER JOIN activity.covered_years AS covered ON school_months.academic_year = covered.academic_year
    WHERE school_months.month <= $known_month
    GROUP BY school_months.academic_year
    HAVING count(*) = count(months.month)
),

supply AS (
    SELECT provision_type, key_stage, effective_places
    FROM provision_gap.supply
    WHERE primary_need = 'all'
),

cells AS (
    SELECT provision_type, key_stage FROM provision_gap.demand
    UNION
    SELECT provision_type, key_stage FROM supply
),

-- A month without demand is a month of none.
monthly AS (
    SELECT
        spans.academic_year,
        spans.is_same_point,
        spans.month,
        cells.provision_type,
        cells.key_stage,
        coalesce(demand.placements_occupied, 0) AS placements_occupied,
        coalesce(demand.children_waiting, 0) AS children_waiting,
        coalesce(demand.placements_elsewhere, 0) AS placements_elsewhere,
        coalesce(demand.occupied_fte, 0) AS occupied_fte,
        coalesce(demand.waiting_fte, 0) AS waiting_fte,
        coalesce(demand.elsewhere_fte, 0) AS elsewhere_fte,
        coalesce(demand.demand_fte, 0) AS demand_fte,
        row_number() OVER (
            PARTITION BY spans.academic_year, spans.is_same_point, cells.provision_type, cells.key_stage
            ORDER BY coalesce(demand.demand_fte, 0), spans.month
        ) AS nth
    FROM spans
    INNER JOIN whole_years ON spans.academic_year = whole_years.academic_year
    CROSS JOIN cells
    LEFT JOIN provision_gap.demand AS demand
        ON
            spans.month = demand.month
            AND cells.provision_type = demand.provision_type
            AND cells.key_stage = demand.key_stage
),

-- Nearest rank: nine months in ten needed no more.
ninth_deciles AS (
    SELECT monthly.*, counted.months
    FROM monthly
    INNER JOIN counted_months AS counted
        ON monthly.academic_year = counted.academic_year AND monthly.is_same_point = counted.is_same_point
    WHERE monthly.nth = (9 * counted.months + 9) / 10
),

-- Places as they stand say nothing of the years before the last: the register of then was not kept.
gaps AS (
    SELECT
        found.academic_year,
        found.provision_type,
        found.key_stage,
        found.months,
        found.placements_occupied,
        found.children_waiting,
        found.placements_elsewhere,
        found.occupied_fte,
        found.waiting_fte,
        found.elsewhere_fte,
        found.demand_fte AS p90_demand,
        before.demand_fte AS p90_demand_same_point,
        cast(ceil(found.demand_fte / cast($target_occupancy AS DECIMAL(18, 4))) AS BIGINT) AS required_places,
        CASE
            WHEN cast(left(found.academic_year, 4) AS BIGINT) >= known.academic_start - 1
                THEN cast(round(coalesce(supply.effective_places, 0)) AS BIGINT)
        END AS effective_places,
        found.provision_type = 'all' AND found.key_stage = 'all' AS is_total,
        known.running_from = cast(left(found.academic_year, 4) AS BIGINT) AND found.months < 6 AS is_early
    FROM ninth_deciles AS found
    CROSS JOIN known
    LEFT JOIN supply
        ON found.provision_type = supply.provision_type AND found.key_stage = supply.key_stage
    LEFT JOIN ninth_deciles AS before
        ON
            found.academic_year = before.academic_year
            AND found.provision_type = before.provision_type
            AND found.key_stage = before.key_stage
            AND before.is_same_point
    WHERE NOT found.is_same_point
),

-- Totals add the cells: a surplus in one meets no shortage in another.
totals AS (
    SELECT
        academic_year,
        coalesce(provision_type, 'all') AS provision_type,
        coalesce(key_stage, 'all') AS key_stage,
        cast(sum(required_places) AS BIGINT) AS required_places,
        cast(sum(effective_places) AS BIGINT) AS effective_places,
        cast(sum(required_places - effective_places) AS BIGINT) AS net_gap,
        cast(
            sum(CASE WHEN effective_places IS NOT NULL THEN greatest(required_places - effective_places, 0) END) AS BIGINT
        ) AS shortage
    FROM gaps
    WHERE provision_type <> 'all' AND key_stage <> 'all'
    GROUP BY GROUPING SETS (
        (academic_year, provision_type, key_stage), (academic_year, provision_type), (academic_year, key_stage),
        (academic_year)
    )
)

SELECT
    gaps.academic_year,
    gaps.provision_type,
    gaps.key_stage,
    gaps.months,
    gaps.placements_occupied,
    CASE WHEN gaps.is_total THEN gaps.children_waiting END AS children_waiting,
    CASE WHEN gaps.is_total THEN gaps.placements_elsewhere END AS placements_elsewhere,
    CASE WHEN gaps.is_total THEN cast(gaps.occupied_fte AS DECIMAL(18, 4)) END AS occupied_fte,
    CASE WHEN gaps.is_total THEN cast(gaps.waiting_fte AS DECIMAL(18, 4)) END AS waiting_fte,
    CASE WHEN gaps.is_total THEN cast(gaps.elsewhere_fte AS DECIMAL(18, 4)) END AS elsewhere_fte,
    cast(gaps.p90_demand AS DECIMAL(18, 4)) AS p90_demand,
    cast(gaps.p90_demand_same_point AS DECIMAL(18, 4)) AS p90_demand_same_point,
    totals.required_places,
    totals.effective_places,
    CASE WHEN NOT gaps.is_early THEN totals.net_gap END AS net_gap,
    CASE WHEN NOT gaps.is_early THEN totals.shortage END AS shortage,
    CASE WHEN gaps.is_early THEN 'u' END AS of_gap,
    -- Of small cells the parts would give each other away.
    CASE WHEN NOT gaps.is_total THEN 'z' END AS of_parts,
    states.period_state,
    states.known_to
FROM gaps
INNER JOIN totals
    ON
        gaps.academic_year = totals.academic_year
        AND gaps.provision_type = totals.provision_type
        AND gaps.key_stage = totals.key_stage
LEFT JOIN activity.academic_states AS states ON gaps.academic_year = states.academic_year
