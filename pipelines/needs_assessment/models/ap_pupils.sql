-- A child has one row for each population and basis, described by the newest placement that counts.
WITH known AS (
    SELECT min(started_on) AS first_start, max(started_on) AS last_start FROM placements.placements
),

open_placements AS (
    SELECT
        years.academic_year,
        'in_year' AS basis,
        placements.*
    FROM placements.placements AS placements
    INNER JOIN needs_assessment.academic_years AS years
        ON
            placements.started_on <= years.ends_on
            AND (placements.ended_on IS NULL OR placements.ended_on >= years.starts_on)
    CROSS JOIN known
    WHERE years.starts_on <= known.last_start AND years.ends_on >= known.first_start
    UNION ALL
    SELECT
        years.academic_year,
        'census_day' AS basis,
        placements.*
    FROM placements.placements AS placements
    INNER JOIN needs_assessment.academic_years AS years
        ON
            placements.started_on <= years.census_on
            AND (placements.ended_on IS NULL OR placements.ended_on >= years.census_on)
    CROSS JOIN known
    WHERE years.census_on <= known.last_start AND years.census_on >= known.first_start
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY academic_year, basis, ap_population, pupil_key
            ORDER BY started_on DESC, placement_id DESC
        ) AS nth
    FROM open_placements
)

SELECT
    academic_year,
    basis,
    ap_population,
    pupil_key,
    coalesce(primary_need, 'NOT_RECORDED') AS primary_need,
    key_stage,
    reason_group
FROM ranked
WHERE nth = 1
