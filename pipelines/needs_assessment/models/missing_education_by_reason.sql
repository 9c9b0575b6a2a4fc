SELECT academic_year, reason, begun AS episodes_begun, period_state, known_to
FROM needs_assessment.begun_by_reason
WHERE register = 'MISSING_EDUCATION'
