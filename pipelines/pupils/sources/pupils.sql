-- Names and postcodes stay in the case system: what is not asked for cannot leak.
SELECT upn, dob, gender, ethnic_code, ward_code
FROM stud
ORDER BY stud_id
