-- Grades of one scheme do not compare with those of another: every row is of one.
WITH week AS (
    SELECT max(monday) AS monday FROM activity.registration_alarm
),

graded AS (
    SELECT
        providers.provider_id,
        coalesce(providers.ofsted_scheme, 'NOT_RECORDED') AS scheme,
        areas.area,
        CASE areas.area
            WHEN 'OVERALL' THEN providers.ofsted_overall
            WHEN 'INCLUSION' THEN providers.ofsted_inclusion
            WHEN 'CURRICULUM' THEN providers.ofsted_curriculum
            WHEN 'ACHIEVEMENT' THEN providers.ofsted_achievement
            WHEN 'ATTENDANCE' THEN providers.ofsted_attendance
            WHEN 'PERSONAL_DEVELOPMENT' THEN providers.ofsted_personal_development
            WHEN 'LEADERSHIP' THEN providers.ofsted_leadership
            WHEN 'SAFEGUARDING' THEN providers.ofsted_safeguarding
        END AS grade
    FROM commissioning.providers AS providers
    INNER JOIN (
        VALUES
        ('OVERALL', FALSE), ('INCLUSION', TRUE), ('CURRICULUM', TRUE), ('ACHIEVEMENT', TRUE), ('ATTENDANCE', TRUE),
        ('PERSONAL_DEVELOPMENT', TRUE), ('LEADERSHIP', TRUE), ('SAFEGUARDING', TRUE)
    ) AS areas (area, is_of_report_card)
        ON coalesce(providers.ofsted_scheme = 'REPORT_CARD', FALSE) = areas.is_of_report_card
)

SELECT
    graded.scheme,
    graded.area,
    coalesce(graded.grade, 'NONE') AS grade,
    count(*) AS providers,
    cast(coalesce(sum(alarms.children), 0) AS BIGINT) AS children
FROM graded
CROSS JOIN week
LEFT JOIN activity.registration_alarm AS alarms
    ON graded.provider_id = alarms.provider_id AND week.monday = alarms.monday
GROUP BY graded.scheme, graded.area, coalesce(graded.grade, 'NONE')
