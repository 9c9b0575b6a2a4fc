SELECT academic_year, provider_id, count(DISTINCT pupil_key) AS pupils, count(DISTINCT placement_id) AS placements
FROM activity.placement_months
GROUP BY academic_year, provider_id
HAVING count(DISTINCT pupil_key) > count(DISTINCT placement_id)
