-- The stock of 1 September closes the academic year that ended on the day before, and carries its name.
WITH counting_days AS (
    SELECT academic_year, ends_on + INTERVAL '1 day' AS counted_on
    FROM activity.academic_years
),

-- A year that is reported so far is counted on its last day known.
running AS (
    SELECT academic_year, calendar_date AS counted_on
    FROM reference.days
    WHERE calendar_date = $known_to
),

-- A 1 September is counted once the register holds an episode that began on it or later.
covered AS (
    SELECT academic_year, cast(counted_on AS DATE) AS counted_on
    FROM counting_days
    WHERE
        counted_on >= (SELECT min(started_on) FROM outcomes.home_education)
        AND counted_on <= (SELECT max(started_on) FROM outcomes.home_education)
        AND academic_year NOT IN (SELECT academic_year FROM running)
    UNION ALL
    SELECT academic_year, counted_on
    FROM running
    WHERE counted_on <= (SELECT max(started_on) FROM outcomes.home_education)
),

stock AS (
    SELECT covered.academic_year, count(DISTINCT episodes.pupil_key) AS children_home_educated
    FROM covered
    INNER JOIN outcomes.home_education AS episodes
        ON
            episodes.started_on <= covered.counted_on
            AND (episodes.ended_on IS NULL OR episodes.ended_on >= covered.counted_on)
    GROUP BY covered.academic_year
),

same_point AS (
    SELECT running.academic_year, count(DISTINCT episodes.pupil_key) AS children_home_educated
    FROM running
    INNER JOIN outcomes.home_education AS episodes
        ON
            episodes.started_on <= running.counted_on - INTERVAL '12 months'
            AND (episodes.ended_on IS NULL OR episodes.ended_on >= running.counted_on - INTERVAL '12 months')
    -- A calendar that ends long after the last child began says that nothing is cut.
    WHERE running.counted_on <= (SELECT max(started_on) FROM outcomes.home_education)
    GROUP BY running.academic_year
),

-- The first count, which a growth a year would give away.
first AS (
    SELECT covered.counted_on, stock.children_home_educated
    FROM covered
    INNER JOIN stock ON covered.academic_year = stock.academic_year
    WHERE covered.counted_on = (SELECT min(counted_on) FROM covered)
),

roll AS (
    SELECT academic_year, cast(sum(pupils) AS BIGINT) AS compulsory_age_roll
    FROM activity.january_roll
    WHERE nc_year BETWEEN 1 AND 11
    GROUP BY academic_year
)

SELECT
    covered.academic_year,
    covered.counted_on,
    to_char(covered.counted_on, '%-d %B %Y') AS day,
    coalesce(stock.children_home_educated, 0) AS children_home_educated,
    same_point.children_home_educated AS children_home_educated_same_point,
    roll.compulsory_age_roll,
    -- The root needs a float: it is rounded to four places at once, and is in no sum.
    CASE
        WHEN
            covered.counted_on > first.counted_on
            AND first.children_home_educated >= $suppression_threshold
            AND stock.children_home_educated > 0
            THEN cast(
                (
                    power(
                        cast(stock.children_home_educated AS DOUBLE) / cast(first.children_home_educated AS DOUBLE),
                        cast(12 AS DOUBLE) / (
                            12 * (date_part('year', covered.counted_on) - date_part('year', first.counted_on))
                            + date_part('month', covered.counted_on) - date_part('month', first.counted_on)
                        )
                    ) - 1
                ) * 100 AS DECIMAL(12, 4)
            )
    END AS growth_a_year,
    states.period_state,
    states.known_to
FROM covered
LEFT JOIN stock ON covered.academic_year = stock.academic_year
LEFT JOIN same_point ON covered.academic_year = same_point.academic_year
LEFT JOIN first ON TRUE
LEFT JOIN roll ON covered.academic_year = roll.academic_year
LEFT JOIN needs_assessment.series_states AS states
    ON covered.academic_year = states.academic_year AND states.series = 'REGISTERS'
