-- A school that a child goes to after an exclusion counts as provision unless it is an alternative provider, by an outer
-- join to the register. One that the register lacks would count as a school, in silence.
SELECT DISTINCT roll.urn
FROM pupils.school_roll AS roll
INNER JOIN activity.exclusion_events AS events
    ON roll.pupil_key = events.pupil_key AND roll.entered_on > events.started_on
LEFT ANTI JOIN reference.schools AS schools ON roll.urn = schools.urn
WHERE events.category = 'PERM' AND events.stands
