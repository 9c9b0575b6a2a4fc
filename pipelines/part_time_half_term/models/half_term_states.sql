SELECT
    academic_year || '-' || term AS half_term,
    CASE
        WHEN starts_on > $as_of THEN 'FUTURE'
        WHEN ends_on < $as_of THEN 'FINISHED'
        ELSE 'RUNNING'
    END AS period_state,
    ends_on AS known_to,
    starts_on,
    -- What begins or ends in the holiday after a half term does so with it.
    coalesce(lead(starts_on) OVER (ORDER BY starts_on) - 1, ends_on) AS last_day
FROM reference.term_dates
