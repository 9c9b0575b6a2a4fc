SELECT base_no     AS urn,
       laestab     AS laestab,
       base_name   AS school_name,
       phase_desc  AS phase,
       type_desc   AS school_type,
       date_opened AS opened_on,
       date_closed AS closed_on,
       nc_year_to  AS nc_year_to
FROM base
ORDER BY base_no
