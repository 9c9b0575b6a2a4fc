SELECT academic_year, phase, suspensions, pupils_suspended
FROM needs_assessment.suspensions_by_phase
WHERE pupils_suspended > suspensions
