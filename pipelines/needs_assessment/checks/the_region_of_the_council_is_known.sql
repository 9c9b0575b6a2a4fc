-- The region is a comparator by an outer join to the list of areas: a name that is spelt otherwise there would leave the
-- region out of every comparison, in silence.
SELECT council.area_code, council.region_name
FROM reference.areas AS council
LEFT ANTI JOIN reference.areas AS regions
    ON lower(council.region_name) = lower(regions.area_name) AND regions.area_kind = 'region'
WHERE council.area_code = $la_code
