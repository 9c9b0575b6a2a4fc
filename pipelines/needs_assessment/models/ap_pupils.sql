-- A child has one row for each population and basis, described by the newest placement that counts.
WITH open_placements AS (
    SELECT
        years.academic_year,
        'in_year' AS basis,
        placements.*
    FROM placements.placements AS placements
    INNER JOIN needs_assessment.covered_years AS years
        ON
            placements.started_on <= years.ends_on
            AND (placements.ended_on IS NULL OR placements.ended_on >= years.starts_on)
    UNION ALL
    SELECT
        years.academic_year,
        'census_day' AS basis,
        placements.*
    FROM placements.placements AS placements
    INNER JOIN needs_assessment.covered_years AS years
        ON
            placements.started_on <= years.census_on
            AND (placements.ended_on IS NULL OR placements.ended_on >= years.census_on)
    WHERE years.census_on <= years.last_day
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
