-- Pupils of no ward that is known are missing from every cut by ward and by deprivation.
WITH linked AS (
    SELECT pupils.ward_code, wards.ward_code IS NULL AS unknown
    FROM pupils.pupils AS pupils
    LEFT JOIN reference.wards AS wards ON pupils.ward_code = wards.ward_code
)

SELECT ward_code
FROM linked
WHERE unknown AND (SELECT count(*) FILTER (WHERE unknown) * 50 > count(*) FROM linked)
