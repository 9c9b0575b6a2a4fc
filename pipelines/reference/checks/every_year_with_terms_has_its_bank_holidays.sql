-- Of a year without its bank holidays the calendar would count each of them as a school day.
SELECT academic_year, term, starts_on, ends_on
FROM reference.term_dates
WHERE
    date_part('year', starts_on) NOT IN (SELECT date_part('year', day) FROM reference.bank_holidays)
    OR date_part('year', ends_on) NOT IN (SELECT date_part('year', day) FROM reference.bank_holidays)
