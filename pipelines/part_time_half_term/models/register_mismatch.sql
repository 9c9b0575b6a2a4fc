-- Every class is there in every half term, so that a row that is missing tells nothing.
WITH counted AS (
    SELECT
        half_term,
        coalesce(register_match, 'all') AS register_match,
        count(*) AS children,
        count(DISTINCT urn) AS schools
    FROM part_time_half_term.register_matches
    GROUP BY GROUPING SETS ((half_term, register_match), (half_term))
)

SELECT
    half_terms.half_term,
    classes.register_match,
    coalesce(counted.children, 0) AS children,
    coalesce(counted.schools, 0) AS schools,
    states.period_state,
    states.known_to
FROM (SELECT DISTINCT half_term FROM part_time_half_term.register_matches) AS half_terms
CROSS JOIN (
    VALUES
    ('BOTH'), ('C2_WITHOUT_NOTICE'), ('BELOW_FLOOR'), ('NOTICE_WITHOUT_C2'), ('HIDDEN_IN_B'), ('SHORT_NOTICE'),
    ('NOT_RETURNED'), ('all')
) AS classes (register_match)
LEFT JOIN counted
    ON half_terms.half_term = counted.half_term AND classes.register_match = counted.register_match
LEFT JOIN part_time_half_term.half_term_states AS states ON half_terms.half_term = states.half_term
