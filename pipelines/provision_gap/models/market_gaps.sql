WITH demand AS (
    SELECT academic_year, key_stage, primary_need, count(DISTINCT pupil_key) AS pupils
    FROM activity.placement_months
    WHERE primary_need <> 'NOT_RECORDED'
    GROUP BY academic_year, key_stage, primary_need
),

supply AS (
    SELECT academic_year, key_stage, primary_need, sum(commissioned_places) AS commissioned_places
    FROM provision_gap.capacity
    GROUP BY academic_year, key_stage, primary_need
)

-- All are listed, few children or many: a list that began at three would give a hidden count away.
SELECT
    demand.academic_year,
    demand.key_stage,
    demand.primary_need,
    demand.pupils,
    states.period_state,
    states.known_to
FROM demand
LEFT JOIN supply
    ON
        demand.academic_year = supply.academic_year
        AND demand.key_stage = supply.key_stage
        AND demand.primary_need = supply.primary_need
LEFT JOIN activity.academic_states AS states ON demand.academic_year = states.academic_year
WHERE coalesce(supply.commissioned_places, 0) = 0
