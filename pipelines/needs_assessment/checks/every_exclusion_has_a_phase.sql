SELECT exclusion_id, started_on, phase
FROM outcomes.exclusions
WHERE phase IS NULL OR phase NOT IN ('primary', 'secondary', 'special')
