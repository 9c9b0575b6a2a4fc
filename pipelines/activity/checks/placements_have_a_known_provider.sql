-- Placements whose provider is not on the register are in no unit cost and no occupancy. A few are a register that is a
-- week behind; more than one in fifty is a link that is lost.
WITH linked AS (
    SELECT placements.placement_id, placements.provider_id, providers.provider_id IS NULL AS unknown
    FROM placements.placements AS placements
    LEFT JOIN commissioning.providers AS providers ON placements.provider_id = providers.provider_id
)

SELECT placement_id, provider_id
FROM linked
WHERE unknown AND (SELECT count(*) FILTER (WHERE unknown) * 50 > count(*) FROM linked)
