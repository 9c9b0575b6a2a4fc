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
)

SELECT
    weeks.week,
    groups.characteristic,
    groups.value,
    coalesce(counted.active, 0) AS active,
    roll.pupils AS january_roll
FROM (SELECT DISTINCT week FROM part_time_timetables.active_timetables) AS weeks
CROSS JOIN groups
LEFT JOIN counted
    ON
        weeks.week = counted.week
        AND groups.characteristic = counted.characteristic
        AND groups.value = counted.value
LEFT JOIN roll ON groups.characteristic = roll.characteristic AND groups.value = roll.value
