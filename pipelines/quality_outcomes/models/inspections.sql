-- Grades of one scheme do not compare with those of another: every row is of one. Children are not counted: providers are
-- few, and the alarms of quality assurance show how many children the large ones have.
WITH graded AS (
    SELECT
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
    scheme,
    area,
    coalesce(grade, 'NONE') AS grade,
    count(*) AS providers
FROM graded
GROUP BY scheme, area, coalesce(grade, 'NONE')
