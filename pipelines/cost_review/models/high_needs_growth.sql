-- The block of each year beside the year before and the first one that is noted. The root needs a float: it is rounded to
-- four places at once, and is in no sum.
WITH blocks AS (
    SELECT
        financial_year,
        cast(left(financial_year, 4) AS BIGINT) AS financial_start,
        sum(cast(amount AS DECIMAL(18, 2))) AS block
    FROM reference.high_needs_blocks
    WHERE cast(area_code AS VARCHAR) = $la_code
    GROUP BY financial_year
),

bounds AS (
    SELECT min(financial_start) AS first_start FROM blocks
),

rates AS (
    SELECT
        academic_year,
        cast(
            sum(exact(places * place_rate)) / nullif(sum(exact(places)), 0)
            AS DECIMAL(18, 2)
        ) AS place_rate
    FROM cost_review.place_spells
    WHERE basis = 'BLOCK'
    GROUP BY academic_year
)

SELECT
    blocks.financial_year,
    cast(blocks.block AS DECIMAL(18, 2)) AS block,
    cast(before.block AS DECIMAL(18, 2)) AS block_before,
    CASE
        WHEN blocks.financial_start > bounds.first_start
            THEN cast(
                (
                    power(
                        cast(blocks.block AS DOUBLE) / cast(first.block AS DOUBLE),
                        1.0 / cast(blocks.financial_start - bounds.first_start AS DOUBLE)
                    ) - 1
                ) * 100 AS DECIMAL(9, 4)
            )
    END AS growth_a_year,
    rates.place_rate
FROM blocks
CROSS JOIN bounds
INNER JOIN blocks AS first ON bounds.first_start = first.financial_start
LEFT JOIN blocks AS before ON blocks.financial_start - 1 = before.financial_start
LEFT JOIN rates ON blocks.financial_year = rates.academic_year
