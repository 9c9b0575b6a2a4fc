SELECT
    counts.academic_year,
    cast(counts.value AS BIGINT) AS permanent_exclusions,
    comparators.council_rank,
    comparators.ranked_authorities
FROM reference.benchmarks AS counts
LEFT JOIN needs_assessment.comparators AS comparators
    ON
        comparators.measure = 'permanent_exclusion_rate'
        AND counts.phase = comparators.phase
        AND counts.academic_year = comparators.academic_year
WHERE
    counts.measure = 'permanent_exclusions'
    AND counts.area_code = $la_code
    AND counts.phase = 'all'
    AND counts.academic_year >= '2012-13'
