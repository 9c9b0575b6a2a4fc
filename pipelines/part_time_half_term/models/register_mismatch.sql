SELECT
    half_term,
    coalesce(register_match, 'all') AS register_match,
    count(*) AS children
FROM part_time_half_term.register_matches
GROUP BY GROUPING SETS ((half_term, register_match), (half_term))
