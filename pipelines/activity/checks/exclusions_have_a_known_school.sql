-- Exclusions by a school that the list of schools does not have stand without phase and trust.
WITH linked AS (
    SELECT exclusions.exclusion_id, exclusions.urn, schools.urn IS NULL AS unknown
    FROM outcomes.exclusions AS exclusions
    LEFT JOIN reference.schools AS schools ON exclusions.urn = schools.urn
)

SELECT exclusion_id, urn
FROM linked
WHERE unknown AND (SELECT count(*) FILTER (WHERE unknown) * 50 > count(*) FROM linked)
