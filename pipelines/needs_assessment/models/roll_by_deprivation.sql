-- A ward stands for the homes in it: a child in its best street counts with it.
WITH fifths AS (
    SELECT ward, idaci_fifth
    FROM activity.ward_names
    WHERE ward_code = reporting_ward
),

wards AS (
    SELECT
        roll.academic_year,
        coalesce('FIFTH_' || cast(fifths.idaci_fifth AS VARCHAR), 'NOT_RECORDED') AS idaci_fifth,
        roll.value AS ward,
        roll.pupils
    FROM needs_assessment.roll_by_characteristic AS roll
    LEFT JOIN fifths ON roll.value = fifths.ward
    WHERE roll.characteristic = 'ward' AND roll.value <> 'all'
),

-- Every year with every fifth, so that none is shown as none.
every_fifth AS (
    SELECT years.academic_year, codes.idaci_fifth, 'all' AS ward, 0 AS pupils
    FROM (SELECT DISTINCT academic_year FROM wards) AS years
    CROSS JOIN
        (
            VALUES ('FIFTH_1'), ('FIFTH_2'), ('FIFTH_3'), ('FIFTH_4'), ('FIFTH_5'), ('NOT_RECORDED')
        ) AS codes (idaci_fifth)
),

counted AS (
    SELECT academic_year, idaci_fifth, ward, pupils FROM wards
    UNION ALL
    SELECT academic_year, idaci_fifth, 'all' AS ward, pupils FROM wards
    UNION ALL
    SELECT academic_year, 'all' AS idaci_fifth, 'all' AS ward, pupils FROM wards
    UNION ALL
    SELECT academic_year, idaci_fifth, ward, pupils FROM every_fifth
),

reported AS (
    SELECT academic_year, idaci_fifth, ward, cast(sum(pupils) AS BIGINT) AS pupils
    FROM counted
    GROUP BY academic_year, idaci_fifth, ward
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'REGISTERS'
