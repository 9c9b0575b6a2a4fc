SELECT count(*) AS "rows", printf('%.2f', sum(cost)) AS cost FROM placement
