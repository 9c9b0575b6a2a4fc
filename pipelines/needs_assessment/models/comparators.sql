-- Areas are compared within one publication: the exclusions file where it has the year, which is exact, else the
-- indicators, which are rounded.
WITH preferred AS (
    SELECT measure, area_code, area_name, area_kind, phase, academic_year, value, symbol
    FROM (
        SELECT
            *,
            min(source) OVER (PARTITION BY measure, phase, academic_year) AS first_source
        FROM reference.benchmarks
        WHERE measure LIKE '%_rate'
    ) AS published
    WHERE source = first_source
),

council AS (
    SELECT areas.area_code, regions.area_code AS region_code
    FROM reference.areas AS areas
    LEFT JOIN reference.areas AS regions
        ON lower(areas.region_name) = lower(regions.area_name) AND regions.area_kind = 'region'
    WHERE areas.area_code = $la_code
),

own AS (
    SELECT preferred.*
    FROM preferred
    INNER JOIN council ON preferred.area_code = council.area_code
),

-- The first rate that is published, from which a growth is reckoned.
first AS (
    SELECT measure, phase, cast(left(academic_year, 4) AS BIGINT) AS first_start, value
    FROM (
        SELECT *, row_number() OVER (PARTITION BY measure, phase ORDER BY academic_year) AS nth
        FROM own
        WHERE value > 0
    )
    WHERE nth = 1
),

of_region AS (
    SELECT preferred.measure, preferred.phase, preferred.academic_year, preferred.value
    FROM preferred
    INNER JOIN council ON preferred.area_code = council.region_code
),

of_england AS (
    SELECT measure, phase, academic_year, value
    FROM preferred
    WHERE area_kind = 'england'
),

of_neighbours AS (
    SELECT
        preferred.measure,
        preferred.phase,
        preferred.academic_year,
        preferred.value,
        row_number() OVER (
            PARTITION BY preferred.measure, preferred.phase, preferred.academic_year
            ORDER BY preferred.value, preferred.area_code
        ) AS place_in_order,
        count(*) OVER (PARTITION BY preferred.measure, preferred.phase, preferred.academic_year) AS known
    FROM preferred
    INNER JOIN reference.statistical_neighbours AS neighbours ON preferred.area_code = neighbours.neighbour_code
    INNER JOIN council ON neighbours.area_code = council.area_code
    WHERE preferred.value IS NOT NULL
),

-- The value in the middle, or the mean of the two.
medians AS (
    SELECT
        measure,
        phase,
        academic_year,
        max(known) AS neighbours_known,
        cast(
            sum(CASE WHEN place_in_order IN ((known + 1) / 2, (known + 2) / 2) THEN value END)
            / cast(
                count(CASE WHEN place_in_order IN ((known + 1) / 2, (known + 2) / 2) THEN 1 END) AS DECIMAL(18, 0)
            ) AS DECIMAL(18, 6)
        ) AS neighbours_median
    FROM of_neighbours
    GROUP BY measure, phase, academic_year
),

-- Ties share a rank; authorities whose figure is suppressed have none. Among a few authorities a rank says nothing.
ranked AS (
    SELECT
        measure,
        phase,
        academic_year,
        area_code,
        rank() OVER (PARTITION BY measure, phase, academic_year ORDER BY value DESC) AS rank,
        count(*) OVER (PARTITION BY measure, phase, academic_year) AS ranked_authorities
    FROM preferred
    WHERE area_kind = 'la' AND value IS NOT NULL
),

-- A rank is as sure as the rates are: each has the limits of its count by Byar.
counts AS (
    SELECT measure, area_code, phase, academic_year, value
    FROM reference.benchmarks
    WHERE
        area_kind = 'la'
        AND measure IN ('permanent_exclusions', 'suspensions', 'pupils_suspended', 'headcount')
        AND value IS NOT NULL
),

counted AS (
    SELECT
        CASE events.measure
            WHEN 'permanent_exclusions' THEN 'permanent_exclusion_rate'
            WHEN 'suspensions' THEN 'suspension_rate'
            ELSE 'one_plus_suspension_rate'
        END AS measure,
        events.area_code,
        events.phase,
        events.academic_year,
        cast(events.value AS DOUBLE) AS events,
        cast(members.value AS DOUBLE) AS members
    FROM counts AS events
    INNER JOIN counts AS members
        ON
            events.area_code = members.area_code
            AND events.phase = members.phase
            AND events.academic_year = members.academic_year
            AND members.measure = 'headcount'
    WHERE events.measure <> 'headcount' AND members.value > 0
),

limits AS (
    SELECT
        measure,
        area_code,
        phase,
        academic_year,
        cast(100 * byar_low(events) / members AS DECIMAL(18, 9)) AS low,
        cast(100 * byar_high(events) / members AS DECIMAL(18, 9)) AS high
    FROM counted
),

rank_intervals AS (
    SELECT
        ours.measure,
        ours.phase,
        ours.academic_year,
        ours.area_code,
        1 + count(CASE WHEN others.low > ours.high THEN 1 END) AS best_rank,
        count(*) - count(CASE WHEN others.high < ours.low THEN 1 END) AS worst_rank
    FROM limits AS ours
    INNER JOIN limits AS others
        ON
            ours.measure = others.measure
            AND ours.phase = others.phase
            AND ours.academic_year = others.academic_year
    WHERE ours.area_code = $la_code
    GROUP BY ours.measure, ours.phase, ours.academic_year, ours.area_code
)

SELECT
    own.measure,
    own.phase,
    own.academic_year,
    own.value AS council_value,
    own.symbol AS council_symbol,
    earlier.value AS previous_value,
    of_region.value AS region_value,
    medians.neighbours_median,
    medians.neighbours_known,
    of_england.value AS england_value,
    CASE WHEN ranked.ranked_authorities >= 100 THEN ranked.rank END AS council_rank,
    CASE WHEN ranked.ranked_authorities >= 100 THEN ranked.ranked_authorities END AS ranked_authorities,
    CASE WHEN ranked.ranked_authorities >= 100 THEN intervals.best_rank END AS best_rank,
    CASE WHEN ranked.ranked_authorities >= 100 THEN intervals.worst_rank END AS worst_rank,
    -- The root needs a float: it is rounded to four places at once, and is in no sum.
    CASE
        WHEN own.value > 0 AND cast(left(own.academic_year, 4) AS BIGINT) > first.first_start
            THEN cast(
                (
                    power(
                        cast(own.value AS DOUBLE) / cast(first.value AS DOUBLE),
                        1.0 / cast(cast(left(own.academic_year, 4) AS BIGINT) - first.first_start AS DOUBLE)
                    ) - 1
                ) * 100 AS DECIMAL(12, 4)
            )
    END AS growth_a_year
FROM own
LEFT JOIN own AS earlier
    ON
        own.measure = earlier.measure
        AND own.phase = earlier.phase
        AND cast(left(own.academic_year, 4) AS BIGINT) = cast(left(earlier.academic_year, 4) AS BIGINT) + 1
LEFT JOIN first ON own.measure = first.measure AND own.phase = first.phase
LEFT JOIN of_region
    ON
        own.measure = of_region.measure
        AND own.phase = of_region.phase
        AND own.academic_year = of_region.academic_year
LEFT JOIN of_england
    ON
        own.measure = of_england.measure
        AND own.phase = of_england.phase
        AND own.academic_year = of_england.academic_year
LEFT JOIN medians
    ON
        own.measure = medians.measure
        AND own.phase = medians.phase
        AND own.academic_year = medians.academic_year
LEFT JOIN ranked
    ON
        own.measure = ranked.measure
        AND own.phase = ranked.phase
        AND own.academic_year = ranked.academic_year
        AND own.area_code = ranked.area_code
LEFT JOIN rank_intervals AS intervals
    ON
        own.measure = intervals.measure
        AND own.phase = intervals.phase
        AND own.academic_year = intervals.academic_year
        AND own.area_code = intervals.area_code
