-- The children at the start, and those who began, less those who ended, are the children at the end. A child with two
-- open episodes breaks it: the register must close one.
SELECT academic_year, stock_at_start, starts, ends, stock_at_end
FROM needs_assessment.home_education_flows
WHERE stock_at_start + starts - ends <> stock_at_end
