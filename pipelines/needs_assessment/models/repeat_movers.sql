-- A move is the first day of a managed move or of a placement in alternative provision.
WITH moves AS (
    SELECT pupil_key, started_on, 'MANAGED_MOVE' AS kind FROM outcomes.managed_moves
    UNION ALL
    SELECT pupil_key, started_on, 'PLACEMENT' AS kind FROM placements.placements
),

numbered AS (
    SELECT
        pupil_key,
        kind,
        started_on,
        lag(started_on) OVER (PARTITION BY pupil_key ORDER BY started_on, kind) AS earlier_on,
        lag(kind) OVER (PARTITION BY pupil_key ORDER BY started_on, kind) AS earlier_kind,
        cast(date_part('year', started_on - INTERVAL '8 months') AS BIGINT) AS first_year
    FROM moves
),

pupils AS (
    SELECT
        first_year,
        pupil_key,
        max(CASE WHEN earlier_on + INTERVAL '24 months' >= started_on THEN 1 ELSE 0 END) AS is_repeat,
        max(
            CASE
                WHEN earlier_on + INTERVAL '24 months' >= started_on AND kind <> earlier_kind THEN 1 ELSE 0
            END
        ) AS is_across_kinds
    FROM numbered
    GROUP BY first_year, pupil_key
)

SELECT
    years.academic_year,
    count(*) AS pupils_who_moved,
    cast(sum(pupils.is_repeat) AS BIGINT) AS repeat_movers,
    cast(sum(pupils.is_across_kinds) AS BIGINT) AS across_kinds,
    cast(
        cast(100 * sum(pupils.is_repeat) AS DECIMAL(24, 6)) / nullif(cast(count(*) AS DECIMAL(18, 0)), 0)
        AS DECIMAL(12, 4)
    ) AS repeat_share
FROM needs_assessment.covered_years AS years
INNER JOIN pupils ON cast(left(years.academic_year, 4) AS BIGINT) = pupils.first_year
GROUP BY years.academic_year
