-- How long timetables run: of those that began in the half term or in the year before its end, those still open known to
-- have run so far (Kaplan and Meier).
WITH members AS (
    SELECT
        half_terms.half_term,
        coalesce(timetables.ended_on <= half_terms.last_day, FALSE) AS has_ended,
        cast(
            CASE WHEN timetables.ended_on <= half_terms.last_day THEN timetables.ended_on ELSE half_terms.last_day END
            - timetables.started_on + 1 AS BIGINT
        ) AS days
    FROM part_time_half_term.half_term_states AS half_terms
    INNER JOIN placements.part_time_timetables AS timetables
        ON
            timetables.started_on <= half_terms.last_day
            AND timetables.started_on > half_terms.last_day - INTERVAL '365 days'
    INNER JOIN reference.schools AS schools
        ON timetables.urn = schools.urn AND schools.phase IN ('primary', 'secondary', 'special')
    WHERE half_terms.last_day < $as_of
),

-- Those who ran so many days or longer, and those who ended on that day; ends come before lengths that are cut.
steps AS (
    SELECT ends.half_term, ends.days, ends.ended, count(*) AS at_risk
    FROM (
        SELECT half_term, days, count(*) AS ended
        FROM members
        WHERE has_ended
        GROUP BY half_term, days
    ) AS ends
    INNER JOIN members ON ends.half_term = members.half_term AND members.days >= ends.days
    GROUP BY ends.half_term, ends.days, ends.ended
),

-- Products of shares are sums of logarithms; a share of nothing ends them.
curve AS (
    SELECT
        half_term,
        days,
        CASE
            WHEN min(at_risk - ended) OVER upto = 0 THEN cast(0 AS DECIMAL(18, 12))
            ELSE
                cast(
                    exp(
                        sum(
                            cast(
                                ln(cast(greatest(at_risk - ended, 1) AS DOUBLE) / cast(at_risk AS DOUBLE))
                                AS DECIMAL(24, 18)
                            )
                        ) OVER upto
                    ) AS DECIMAL(18, 12)
                )
        END AS running_still
    FROM steps
    WINDOW upto AS (PARTITION BY half_term ORDER BY days ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),

-- A billionth is rounding: no product of shares of so few comes as near without being it.
crossed AS (
    SELECT half_term, min(days) AS median_days
    FROM curve
    WHERE running_still <= cast(0.500000001 AS DECIMAL(18, 12))
    GROUP BY half_term
),

counted AS (
    SELECT
        half_term,
        count(*) AS timetables,
        count(*) FILTER (WHERE NOT has_ended) AS running_at_end
    FROM members
    GROUP BY half_term
)

SELECT
    counted.half_term,
    counted.timetables,
    counted.running_at_end,
    CASE WHEN counted.timetables >= 5 THEN crossed.median_days END AS median_days,
    states.period_state,
    states.known_to
FROM counted
LEFT JOIN crossed ON counted.half_term = crossed.half_term
LEFT JOIN part_time_half_term.half_term_states AS states ON counted.half_term = states.half_term
