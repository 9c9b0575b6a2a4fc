WITH inspected AS (
    SELECT
        coalesce(ofsted_scheme, 'NOT_RECORDED') AS scheme,
        ofsted_safeguarding,
        $as_of - ofsted_inspected_on AS days_since,
        row_number() OVER (PARTITION BY ofsted_scheme ORDER BY ofsted_inspected_on NULLS LAST) AS nth,
        count(ofsted_inspected_on) OVER (PARTITION BY ofsted_scheme) AS inspected
    FROM commissioning.providers
)

SELECT
    scheme,
    count(*) AS providers,
    count(*) FILTER (WHERE ofsted_safeguarding = 'NOT_MET') AS safeguarding_not_met,
    -- The lower middle one of an even number.
    cast(
        max(CASE WHEN nth = inspected / 2 + 1 AND inspected > 0 THEN days_since END) / cast(365.25 AS DECIMAL(9, 2))
        AS DECIMAL(9, 1)
    ) AS median_years
FROM inspected
GROUP BY scheme
