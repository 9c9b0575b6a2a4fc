-- Pupils by ward, by fifth of wards and in all are one number.
SELECT
    academic_year,
    sum(CASE WHEN ward <> 'all' THEN pupils END) AS of_wards,
    sum(CASE WHEN ward = 'all' AND idaci_fifth <> 'all' THEN pupils END) AS of_fifths,
    sum(CASE WHEN idaci_fifth = 'all' THEN pupils END) AS pupils
FROM needs_assessment.roll_by_deprivation
GROUP BY academic_year
HAVING
    coalesce(sum(CASE WHEN ward <> 'all' THEN pupils END), 0) <> sum(CASE WHEN idaci_fifth = 'all' THEN pupils END)
    OR sum(CASE WHEN ward = 'all' AND idaci_fifth <> 'all' THEN pupils END) <> sum(CASE WHEN idaci_fifth = 'all' THEN pupils END)
