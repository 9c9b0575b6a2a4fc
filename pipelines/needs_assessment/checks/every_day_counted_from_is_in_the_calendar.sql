-- Waits are counted in school days, by outer joins to the calendar. A day that the calendar lacks would leave the wait
-- blank, and the child would be counted in no group, in silence.
SELECT counted.source, counted.day
FROM (
    SELECT 'fair access, agreed' AS source, referred_on AS day FROM outcomes.fair_access
    UNION ALL
    SELECT 'fair access, allocated' AS source, allocated_on AS day FROM outcomes.fair_access
    UNION ALL
    SELECT 'referral' AS source, referred_on AS day FROM placements.referrals
    UNION ALL
    SELECT 'placement of a referral' AS source, placements.started_on AS day
    FROM placements.referrals AS referrals
    INNER JOIN placements.placements AS placements ON referrals.placement_id = placements.placement_id
) AS counted
LEFT ANTI JOIN reference.school_calendar AS calendar ON counted.day = calendar.calendar_date
WHERE counted.day IS NOT NULL
