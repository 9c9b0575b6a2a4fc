-- A name is not a key: where two wards that are reported have one name, each is named with its code.
WITH named AS (
    SELECT ward_code, ward_name, idaci_fifth, count(*) OVER (PARTITION BY ward_name) AS of_that_name
    FROM reference.wards
    WHERE ward_code = reporting_ward
)

SELECT
    wards.ward_code,
    named.ward_code AS reporting_ward,
    named.ward_name || CASE WHEN named.of_that_name > 1 THEN ' (' || named.ward_code || ')' ELSE '' END AS ward,
    named.idaci_fifth
FROM reference.wards AS wards
INNER JOIN named ON wards.reporting_ward = named.ward_code
