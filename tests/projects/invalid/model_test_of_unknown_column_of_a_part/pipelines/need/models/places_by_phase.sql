WITH counted AS (
    SELECT academic_year, phase, count(*) AS places FROM places.places GROUP BY academic_year, phase
)

SELECT academic_year, phase, places FROM counted
