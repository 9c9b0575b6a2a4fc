-- Every former number has a child: a join that loses one would lose the link in silence.
SELECT count(*) AS "rows" FROM stud_former_upn
