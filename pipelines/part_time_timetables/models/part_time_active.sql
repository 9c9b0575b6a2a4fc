-- Every group is there in every week, with its roll of the newest January that is counted.
WITH members AS (
    SELECT
        active.*,
        families.characteristic,
        CASE families.characteristic
            WHEN 'phase' THEN active.phase
            WHEN 'year_group' THEN active.year_group
            WHEN 'sen_provision' THEN active.sen_provision
            ELSE active.social_care
        END AS value
    FROM part_time_timetables.active_timetables AS active
    CROSS JOIN (VALUES ('phase'), ('year_group'), ('sen_provision'), ('social_care')) AS families (characteristic)
    WHERE NOT active.is_exempt
),

counted AS (
    SELECT
        week,
        characteristic,
        coalesce(value, 'all') AS value,
        count(*) AS active
    FROM members
    GROUP BY GROUPING SETS ((week, characteristic, value), (week, characteristic))
),

roll AS (
    SELECT
        characteristic,
        CASE WHEN value IN ('CIN', 'CPP') THEN 'IN_NEED' ELSE value END AS value,
        cast(sum(pupils) AS BIGINT) AS pupils
    FROM needs_assessment.roll_by_characteristic
    WHERE
        academic_year = (SELECT max(academic_year) FROM needs_assessment.roll_by_characteristic)
        AND characteristic IN ('phase', 'year_group', 'sen_provision', 'social_care')
    GROUP BY characteristic, CASE WHEN value IN ('CIN', 'CPP') THEN 'IN_NEED' ELSE value END
),

groups AS (
    SELECT characteristic, value FROM roll
    UNION
    SELECT characteristic, value FROM counted
),

-- Year groups stand beside a total of at least five for each of the twelve: beside a smaller one each is a child.
weeks AS (
    SELECT week, count(*) FILTER (WHERE NOT is_exempt) AS active
    FROM part_time_timetables.active_timetables
    GROUP BY week
)

SELECT
    weeks.week,
    groups.characteristic,
    groups.value,
    coalesce(counted.active, 0) AS active,
    roll.pupils AS january_roll,
    states.period_state,
    states.known_to
FROM weeks
INNER JOIN groups ON groups.characteristic <> 'year_group' OR weeks.active >= 60
LEFT JOIN counted
    ON
        weeks.week = counted.week
        AND groups.characteristic = counted.characteristic
        AND groups.value = counted.value
LEFT JOIN roll ON groups.characteristic = roll.characteristic AND groups.value = roll.value
LEFT JOIN activity.week_states AS states ON weeks.week = states.week
