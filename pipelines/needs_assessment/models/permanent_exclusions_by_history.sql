-- What the log knew of a child on the day of its permanent exclusion. The first year on record knows of no year before.
WITH events AS (
    SELECT academic_year, exclusion_id, pupil_key, started_on
    FROM activity.exclusion_events
    WHERE
        stands
        AND category = 'PERM'
        AND academic_year > (SELECT min(academic_year) FROM activity.exclusion_events)
),

histories AS (
    SELECT events.academic_year, events.exclusion_id, count(earlier.exclusion_id) AS suspensions
    FROM events
    LEFT JOIN activity.exclusion_events AS earlier
        ON
            events.pupil_key = earlier.pupil_key
            AND earlier.stands
            AND earlier.category = 'SUSP'
            AND earlier.started_on < events.started_on
    GROUP BY events.academic_year, events.exclusion_id
),

counted AS (
    SELECT
        academic_year,
        CASE WHEN suspensions = 0 THEN 'NONE' WHEN suspensions <= 2 THEN 'ONE_OR_TWO' ELSE 'THREE_OR_MORE' END
            AS earlier_suspensions,
        count(*) AS permanent_exclusions
    FROM histories
    GROUP BY 1, 2
),

cells AS (
    SELECT
        years.academic_year,
        bands.earlier_suspensions,
        coalesce(counted.permanent_exclusions, 0) AS permanent_exclusions
    FROM (SELECT DISTINCT academic_year FROM counted) AS years
    CROSS JOIN (VALUES ('NONE'), ('ONE_OR_TWO'), ('THREE_OR_MORE')) AS bands (earlier_suspensions)
    LEFT JOIN counted
        ON
            years.academic_year = counted.academic_year
            AND bands.earlier_suspensions = counted.earlier_suspensions
),

reported AS (
    SELECT
        academic_year,
        coalesce(earlier_suspensions, 'all') AS earlier_suspensions,
        cast(sum(permanent_exclusions) AS BIGINT) AS permanent_exclusions
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, earlier_suspensions), (academic_year))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'EXCLUSIONS'
