SELECT
    half_term,
    count(DISTINCT urn) AS schools,
    count(DISTINCT urn) FILTER (WHERE register_match = 'C2_WITHOUT_NOTICE') AS schools_without_notice,
    count(DISTINCT urn) FILTER (WHERE register_match = 'HIDDEN_IN_B') AS schools_off_site,
    count(DISTINCT urn) FILTER (WHERE register_match = 'NOT_RETURNED') AS schools_not_returned
FROM part_time_half_term.register_matches
GROUP BY half_term
