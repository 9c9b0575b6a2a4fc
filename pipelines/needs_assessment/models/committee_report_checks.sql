-- The figures of the committee report of January 2020, each beside the same figure made again: quoted, recomputed, flagged
-- and never corrected in silence. They belong to 2018-19, the last year that the report had.
WITH table_one AS (
    SELECT
        left(academic_year, 4) || '/' || right(academic_year, 2) AS year,
        phase,
        permanent_exclusions,
        january_roll
    FROM needs_assessment.permanent_exclusions_by_phase
    WHERE academic_year BETWEEN '2016-17' AND '2018-19' AND phase IN ('primary', 'secondary', 'all')
),

shares AS (
    SELECT
        year,
        max(permanent_exclusions) FILTER (WHERE phase = 'secondary') AS secondary,
        max(permanent_exclusions) FILTER (WHERE phase = 'all') AS whole,
        max(january_roll) FILTER (WHERE phase = 'all') AS january_roll
    FROM table_one
    GROUP BY year
),

changes AS (
    SELECT
        phase,
        max(permanent_exclusions) FILTER (WHERE year = '2017/18')
        - max(permanent_exclusions) FILTER (WHERE year = '2016/17') AS change,
        least(
            max(permanent_exclusions) FILTER (WHERE year = '2017/18'),
            max(permanent_exclusions) FILTER (WHERE year = '2016/17')
        ) AS counted
    FROM table_one
    WHERE phase <> 'primary'
    GROUP BY phase
),

home_education AS (
    SELECT
        max(children_home_educated) FILTER (WHERE academic_year = '2012-13') AS first_count,
        max(children_home_educated) FILTER (WHERE academic_year = '2018-19') AS last_count
    FROM needs_assessment.home_education_stock
),

published AS (
    SELECT academic_year, phase, council_value, england_value, council_rank
    FROM needs_assessment.comparators
    WHERE measure = 'permanent_exclusion_rate' AND academic_year IN ('2016-17', '2017-18')
),

facts AS (
    SELECT
        'TABLE_ONE_' || upper(phase) AS statement,
        year AS basis,
        cast(permanent_exclusions AS DOUBLE) AS recomputed,
        permanent_exclusions AS counted
    FROM table_one
    UNION ALL
    SELECT
        'PUBLISHED_' || upper(phase) AS statement,
        'published, 2016/17' AS basis,
        cast(published_exclusions AS DOUBLE) AS recomputed,
        published_exclusions AS counted
    FROM needs_assessment.published_reconciliation
    WHERE academic_year = '2016-17'
    UNION ALL
    SELECT
        'HIGHEST_RATE' AS statement,
        'by published rate, ' || left(academic_year, 4) || '/' || right(academic_year, 2) AS basis,
        cast(council_rank AS DOUBLE) AS recomputed,
        cast(NULL AS BIGINT) AS counted
    FROM published
    WHERE phase = 'all'
    UNION ALL
    SELECT
        'TWICE_NATIONAL' AS statement,
        'published rates, 2016/17' AS basis,
        cast(council_value AS DOUBLE) / nullif(cast(england_value AS DOUBLE), 0) AS recomputed,
        cast(NULL AS BIGINT) AS counted
    FROM published
    WHERE phase = 'all' AND academic_year = '2016-17'
    UNION ALL
    SELECT
        'TWICE_NATIONAL' AS statement,
        'the log over England''s published rate, 2016/17' AS basis,
        100 * cast(shares.whole AS DOUBLE) / nullif(shares.january_roll, 0)
        / nullif(cast(published.england_value AS DOUBLE), 0) AS recomputed,
        shares.whole AS counted
    FROM shares
    INNER JOIN published ON published.phase = 'all' AND published.academic_year = '2016-17'
    WHERE shares.year = '2016/17'
    UNION ALL
    SELECT
        'NATIONAL_RATE' AS statement,
        CASE phase WHEN 'all' THEN 'England, all schools, 2016/17' ELSE 'England, secondary schools, 2016/17' END
            AS basis,
        cast(england_value AS DOUBLE) AS recomputed,
        cast(NULL AS BIGINT) AS counted
    FROM published
    WHERE phase IN ('all', 'secondary') AND academic_year = '2016-17'
    UNION ALL
    SELECT
        'FALL_BEGAN' AS statement,
        CASE phase
            WHEN 'all' THEN 'all schools, 2016/17 to 2017/18' ELSE 'secondary schools, 2016/17 to 2017/18'
        END AS basis,
        cast(change AS DOUBLE) AS recomputed,
        counted
    FROM changes
    UNION ALL
    SELECT
        'SECONDARY_SHARE' AS statement,
        year AS basis,
        100 * cast(secondary AS DOUBLE) / nullif(whole, 0) AS recomputed,
        secondary AS counted
    FROM shares
    UNION ALL
    SELECT
        figures.statement,
        figures.basis,
        CASE figures.basis
            WHEN '1 September 2013' THEN cast(first_count AS DOUBLE)
            WHEN '1 September 2019' THEN cast(last_count AS DOUBLE)
            WHEN 'between the two counts, years' THEN 2019 - 2013
            WHEN 'over the whole time, per cent' THEN 100 * (cast(last_count AS DOUBLE) / nullif(first_count, 0) - 1)
            WHEN 'a year, per cent'
                THEN 100 * (power(cast(last_count AS DOUBLE) / nullif(first_count, 0), cast(1 AS DOUBLE) / 6) - 1)
            ELSE cast(last_count AS DOUBLE) / nullif(first_count, 0)
        END AS recomputed,
        least(first_count, last_count) AS counted
    FROM home_education
    CROSS JOIN (
        VALUES
        ('HOME_EDUCATED', '1 September 2013'),
        ('HOME_EDUCATED', '1 September 2019'),
        ('HOME_EDUCATION_YEARS', 'between the two counts, years'),
        ('HOME_EDUCATION_TIMES', 'last count over first, 2.1'),
        ('HOME_EDUCATION_TIMES', 'last count over first, 3.3'),
        ('HOME_EDUCATION_GROWTH', 'over the whole time, per cent'),
        ('HOME_EDUCATION_GROWTH', 'a year, per cent')
    ) AS figures (statement, basis)
    UNION ALL
    -- A child of national curriculum year n is at least n + 4 years old on 31 August before it.
    SELECT
        'AGE_OF_YEAR_9' AS statement,
        'youngest age at the start of the year' AS basis,
        cast(9 + 4 AS DOUBLE) AS recomputed,
        cast(NULL AS BIGINT) AS counted
    UNION ALL
    SELECT
        'SCHOOLS_OVER_ONE' AS statement,
        '2017/18' AS basis,
        cast(count(*) AS DOUBLE) AS recomputed,
        cast(NULL AS BIGINT) AS counted
    FROM needs_assessment.school_exclusions
    WHERE academic_year = '2017-18' AND outcome = 'PERMANENTLY_EXCLUDED' AND urn <> 'all' AND rate > 1
    UNION ALL
    SELECT
        features.feature AS statement,
        figures.basis,
        cast(CASE figures.basis WHEN 'schools, 2017/18' THEN schools_with ELSE above_with END AS DOUBLE) AS recomputed,
        cast(NULL AS BIGINT) AS counted
    FROM needs_assessment.school_features AS features
    CROSS JOIN (VALUES ('above average, 2017/18'), ('schools, 2017/18')) AS figures (basis)
    WHERE features.academic_year = '2017-18' AND features.average = 'RATE_OF_ALL'
),

compared AS (
    SELECT
        quoted.statement,
        quoted.basis,
        quoted.section,
        quoted.note,
        quoted.test,
        cast(quoted.quoted AS DOUBLE) AS quoted,
        round(facts.recomputed, quoted.places) AS rounded,
        facts.recomputed,
        facts.counted
    FROM needs_assessment.committee_statements AS quoted
    LEFT JOIN facts ON quoted.statement = facts.statement AND quoted.basis = facts.basis
),

reported AS (
    SELECT
        '2018-19' AS academic_year,
        section,
        statement,
        basis,
        CASE
            WHEN recomputed IS NULL THEN 'NOT_CHECKED'
            WHEN counted BETWEEN 1 AND $suppression_threshold - 1 THEN 'NOT_SHOWN'
            WHEN quoted IS NULL THEN 'NOT_QUOTED'
            WHEN test = 'AT_LEAST' AND rounded >= quoted THEN 'AGREES'
            WHEN test = 'AT_MOST' AND recomputed <= quoted THEN 'AGREES'
            WHEN test = 'EQUALS' AND rounded = quoted THEN 'AGREES'
            ELSE 'DIFFERS'
        END AS finding,
        note,
        cast(quoted AS DECIMAL(12, 2)) AS quoted_figure,
        cast(recomputed AS DECIMAL(12, 2)) AS recomputed_figure,
        counted
    FROM compared
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'SEVERAL'
