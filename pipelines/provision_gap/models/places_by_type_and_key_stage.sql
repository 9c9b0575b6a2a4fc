-- A year that is reported so far is cut at the last day known, and its use stands beside that of the same months of the year
-- before.
WITH cut AS (
    SELECT
        cast($known_month AS VARCHAR) AS month,
        cast($known_month_before AS VARCHAR) AS month_before,
        left(cast($known_academic_year AS VARCHAR), 4) AS running_from,
        left(cast($known_academic_year_before AS VARCHAR), 4) AS before_from
),

known_months AS (
    SELECT months.*
    FROM provision_gap.school_months AS months
    CROSS JOIN cut
    WHERE months.month <= cut.month
),

years AS (
    SELECT academic_year, count(*) AS months, sum(school_days) AS school_days
    FROM known_months
    GROUP BY academic_year
),

supply AS (
    SELECT
        academic_year,
        provision_type,
        key_stage,
        sum(commissioned_places) AS commissioned_places
    FROM provision_gap.capacity
    GROUP BY academic_year, provision_type, key_stage
),

-- Placements with providers of whom no place was commissioned fill no place that could run short.
used_places AS (
    SELECT used.*
    FROM activity.placement_months AS used
    INNER JOIN (SELECT DISTINCT academic_year, provider_id FROM provision_gap.capacity) AS commissioned
        ON used.academic_year = commissioned.academic_year AND used.provider_id = commissioned.provider_id
    CROSS JOIN cut
    WHERE used.month <= cut.month
),

days_before AS (
    SELECT sum(months.school_days) AS school_days
    FROM known_months AS months
    CROSS JOIN cut
    WHERE left(months.academic_year, 4) = cut.before_from AND months.month <= cut.month_before
),

same_point AS (
    SELECT sum(used.fte_days) AS fte_days
    FROM used_places AS used
    CROSS JOIN cut
    WHERE left(used.academic_year, 4) = cut.before_from AND used.month <= cut.month_before
),

use_by_month AS (
    SELECT
        academic_year,
        month,
        coalesce(provision_type, 'all') AS provision_type,
        coalesce(key_stage, 'all') AS key_stage,
        sum(fte_days) AS fte_days
    FROM used_places
    GROUP BY GROUPING SETS (
        (academic_year, month, provision_type, key_stage), (academic_year, month, provision_type),
        (academic_year, month, key_stage), (academic_year, month)
    )
),

placed AS (
    SELECT
        academic_year,
        coalesce(provision_type, 'all') AS provision_type,
        coalesce(key_stage, 'all') AS key_stage,
        count(*) AS placements
    FROM (SELECT DISTINCT academic_year, provision_type, key_stage, placement_id FROM used_places) AS spells
    GROUP BY GROUPING SETS (
        (academic_year, provision_type, key_stage), (academic_year, provision_type), (academic_year, key_stage),
        (academic_year)
    )
),

ranked AS (
    SELECT
        used.academic_year,
        used.provision_type,
        used.key_stage,
        used.month,
        used.fte_days,
        exact(used.fte_days) / months.school_days AS fte,
        row_number() OVER (
            PARTITION BY used.academic_year, used.provision_type, used.key_stage
            ORDER BY exact(used.fte_days) / months.school_days DESC, used.month
        ) AS nth_from_top
    FROM use_by_month AS used
    INNER JOIN known_months AS months
        ON used.academic_year = months.academic_year AND used.month = months.month
),

-- Nearest rank: nine months in ten were at or below the ninth decile; a month without use is a month of none.
use_of_year AS (
    SELECT
        ranked.academic_year,
        ranked.provision_type,
        ranked.key_stage,
        sum(ranked.fte_days) AS fte_days,
        max(ranked.fte) AS peak_fte,
        max(CASE WHEN ranked.nth_from_top = 1 THEN ranked.month END) AS peak_month,
        max(
            CASE WHEN ranked.nth_from_top = years.months - (9 * years.months + 9) / 10 + 1 THEN ranked.fte ELSE 0 END
        ) AS ninth_decile_fte
    FROM ranked
    INNER JOIN years ON ranked.academic_year = years.academic_year
    GROUP BY ranked.academic_year, ranked.provision_type, ranked.key_stage
),

-- A cell is a type and key stage with places, use or demand.
cells AS (
    SELECT academic_year, provision_type, key_stage FROM supply
    UNION
    SELECT academic_year, provision_type, key_stage
    FROM use_of_year
    WHERE provision_type <> 'all' AND key_stage <> 'all'
    UNION
    SELECT academic_year, provision_type, key_stage
    FROM provision_gap.gap_now
    WHERE provision_type <> 'all' AND key_stage <> 'all'
),

totals AS (
    SELECT
        cells.academic_year,
        coalesce(cells.provision_type, 'all') AS provision_type,
        coalesce(cells.key_stage, 'all') AS key_stage,
        sum(coalesce(supply.commissioned_places, 0)) AS commissioned_places
    FROM cells
    INNER JOIN years ON cells.academic_year = years.academic_year
    LEFT JOIN supply
        ON
            cells.academic_year = supply.academic_year
            AND cells.provision_type = supply.provision_type
            AND cells.key_stage = supply.key_stage
    GROUP BY GROUPING SETS (
        (cells.academic_year, cells.provision_type, cells.key_stage), (cells.academic_year, cells.provision_type),
        (cells.academic_year, cells.key_stage), (cells.academic_year)
    )
),

months_over AS (
    SELECT
        ranked.academic_year,
        ranked.provision_type,
        ranked.key_stage,
        count(*) FILTER (WHERE ranked.fte > totals.commissioned_places) AS months_over_places
    FROM ranked
    INNER JOIN totals
        ON
            ranked.academic_year = totals.academic_year
            AND ranked.provision_type = totals.provision_type
            AND ranked.key_stage = totals.key_stage
    GROUP BY ranked.academic_year, ranked.provision_type, ranked.key_stage
)

SELECT
    totals.academic_year,
    totals.provision_type,
    totals.key_stage,
    cast(totals.commissioned_places AS DECIMAL(18, 1)) AS commissioned_places,
    coalesce(placed.placements, 0) AS placements,
    cast(exact(coalesce(used.fte_days, 0)) / years.school_days AS DECIMAL(18, 4)) AS average_fte,
    CASE
        WHEN
            left(totals.academic_year, 4) = cut.running_from
            AND totals.provision_type = 'all'
            AND totals.key_stage = 'all'
            THEN cast(exact(coalesce(same_point.fte_days, 0)) / days_before.school_days AS DECIMAL(18, 4))
    END AS average_fte_same_point,
    cast(coalesce(used.ninth_decile_fte, 0) AS DECIMAL(18, 4)) AS ninth_decile_fte,
    cast(coalesce(used.peak_fte, 0) AS DECIMAL(18, 4)) AS peak_fte,
    coalesce(used.peak_month, 'NO_USE') AS peak_month,
    coalesce(used.fte_days, 0) AS fte_days,
    totals.commissioned_places * years.school_days AS place_days,
    gaps.placements_occupied,
    gaps.p90_demand,
    gaps.required_places,
    gaps.effective_places,
    gaps.net_gap,
    gaps.shortage,
    years.months,
    CASE WHEN totals.commissioned_places > 0 THEN coalesce(months_over.months_over_places, 0) END AS months_over_places,
    states.period_state,
    states.known_to
FROM totals
INNER JOIN years ON totals.academic_year = years.academic_year
CROSS JOIN cut
CROSS JOIN days_before
CROSS JOIN same_point
LEFT JOIN use_of_year AS used
    ON
        totals.academic_year = used.academic_year
        AND totals.provision_type = used.provision_type
        AND totals.key_stage = used.key_stage
LEFT JOIN placed
    ON
        totals.academic_year = placed.academic_year
        AND totals.provision_type = placed.provision_type
        AND totals.key_stage = placed.key_stage
LEFT JOIN months_over
    ON
        totals.academic_year = months_over.academic_year
        AND totals.provision_type = months_over.provision_type
        AND totals.key_stage = months_over.key_stage
LEFT JOIN provision_gap.gap_now AS gaps
    ON
        totals.academic_year = gaps.academic_year
        AND totals.provision_type = gaps.provision_type
        AND totals.key_stage = gaps.key_stage
LEFT JOIN activity.academic_states AS states ON totals.academic_year = states.academic_year
