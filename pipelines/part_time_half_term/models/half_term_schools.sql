SELECT
    half_term,
    coalesce(phase, 'all') AS phase,
    count(*) AS schools,
    count(*) FILTER (WHERE is_above) AS schools_above,
    min(period_state) AS period_state,
    min(known_to) AS known_to
FROM part_time_half_term.half_term_funnel
GROUP BY GROUPING SETS ((half_term, phase), (half_term))
