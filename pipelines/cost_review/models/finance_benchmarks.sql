-- Pounds for each resident of 2 to 18, as the benchmarking tool publishes them: budget never beside outturn. An authority
-- that returned nothing is in no sum, and neither are its residents.
WITH amounts AS (
    SELECT financial_year, basis, area_code, region_name, line_group, amount, population_2_18
    FROM reference.high_needs
    UNION ALL
    -- Alternative provision is all of its lines, or not known.
    SELECT
        financial_year,
        basis,
        area_code,
        region_name,
        'AP' AS line_group,
        CASE WHEN count(amount) = count(*) THEN sum(amount) END AS amount,
        population_2_18
    FROM reference.high_needs
    WHERE line_group <> 'HOSPITAL'
    GROUP BY financial_year, basis, area_code, region_name, population_2_18
),

known AS (
    SELECT
        *,
        cast(
            exact(amount) / nullif(exact(population_2_18), 0) AS DECIMAL(18, 6)
        ) AS per_head
    FROM amounts
    WHERE amount IS NOT NULL AND population_2_18 > 0
),

ranked AS (
    SELECT
        *,
        rank() OVER (PARTITION BY financial_year, basis, line_group ORDER BY per_head DESC) AS council_rank,
        count(*) OVER (PARTITION BY financial_year, basis, line_group) AS ranked_authorities
    FROM known
),

england AS (
    SELECT
        financial_year,
        basis,
        line_group,
        cast(
            exact(sum(amount)) / exact(sum(population_2_18)) AS DECIMAL(18, 6)
        ) AS per_head
    FROM known
    GROUP BY financial_year, basis, line_group
),

regions AS (
    SELECT
        financial_year,
        basis,
        line_group,
        region_name,
        cast(
            exact(sum(amount)) / exact(sum(population_2_18)) AS DECIMAL(18, 6)
        ) AS per_head
    FROM known
    GROUP BY financial_year, basis, line_group, region_name
),

of_neighbours AS (
    SELECT
        known.financial_year,
        known.basis,
        known.line_group,
        known.per_head,
        row_number() OVER (
            PARTITION BY known.financial_year, known.basis, known.line_group ORDER BY known.per_head, known.area_code
        ) AS place_in_order,
        count(*) OVER (PARTITION BY known.financial_year, known.basis, known.line_group) AS found
    FROM known
    INNER JOIN reference.statistical_neighbours AS neighbours
        ON known.area_code = neighbours.neighbour_code AND neighbours.area_code = $la_code
),

-- The value in the middle, or the mean of the two.
medians AS (
    SELECT
        financial_year,
        basis,
        line_group,
        cast(
            sum(CASE WHEN place_in_order IN ((found + 1) / 2, (found + 2) / 2) THEN per_head END)
            / cast(count(CASE WHEN place_in_order IN ((found + 1) / 2, (found + 2) / 2) THEN 1 END) AS DECIMAL(18, 0))
            AS DECIMAL(18, 6)
        ) AS per_head
    FROM of_neighbours
    GROUP BY financial_year, basis, line_group
),

blocks AS (
    SELECT financial_year, sum(cast(amount AS DECIMAL(18, 2))) AS amount
    FROM reference.high_needs_blocks
    WHERE cast(area_code AS VARCHAR) = $la_code
    GROUP BY financial_year
)

SELECT
    ranked.financial_year,
    ranked.basis,
    ranked.line_group,
    cast(ranked.amount AS DECIMAL(18, 2)) AS amount,
    cast(ranked.per_head AS DECIMAL(18, 2)) AS per_head,
    cast(regions.per_head AS DECIMAL(18, 2)) AS region_per_head,
    cast(medians.per_head AS DECIMAL(18, 2)) AS neighbours_median,
    cast(england.per_head AS DECIMAL(18, 2)) AS england_per_head,
    ranked.council_rank,
    ranked.ranked_authorities,
    cast(blocks.amount AS DECIMAL(18, 2)) AS block
FROM ranked
INNER JOIN england
    ON
        ranked.financial_year = england.financial_year
        AND ranked.basis = england.basis
        AND ranked.line_group = england.line_group
LEFT JOIN regions
    ON
        ranked.financial_year = regions.financial_year
        AND ranked.basis = regions.basis
        AND ranked.line_group = regions.line_group
        AND ranked.region_name = regions.region_name
LEFT JOIN medians
    ON
        ranked.financial_year = medians.financial_year
        AND ranked.basis = medians.basis
        AND ranked.line_group = medians.line_group
LEFT JOIN blocks ON ranked.financial_year = blocks.financial_year
WHERE ranked.area_code = $la_code
