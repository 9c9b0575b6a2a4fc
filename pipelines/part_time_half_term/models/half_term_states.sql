SELECT
    academic_year || '-' || term AS half_term,
    CASE
        WHEN starts_on > $as_of THEN 'FUTURE'
        WHEN ends_on < $as_of THEN 'FINISHED'
        ELSE 'RUNNING'
    END AS period_state,
    ends_on AS known_to
FROM reference.term_dates
