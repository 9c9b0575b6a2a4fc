-- Each referral that had led to no placement on a day of the count, by what had become of it.
SELECT
    days.academic_year,
    referrals.referral_id,
    referrals.key_stage,
    coalesce(referrals.primary_need, 'NOT_RECORDED') AS primary_need,
    -- A placement that followed says why it was asked for, where nobody had said at the request.
    coalesce(referrals.reason_group, placements.reason_group, 'NOT_RECORDED') AS reason_group,
    CASE
        WHEN referrals.panel_on IS NULL OR referrals.panel_on > days.counted_on THEN 'UNDECIDED'
        -- An agreement that led to no placement is old news after a while.
        WHEN
            placements.started_on IS NULL
            AND referrals.panel_on
            <= days.counted_on - cast(concat(cast($waiting_expires_months AS VARCHAR), ' months') AS INTERVAL)
            THEN 'EXPIRED'
        ELSE 'WAITING'
    END AS state,
    days.school_day_no - referred.school_day_no AS days_waited,
    -- The council must provide after an exclusion, and for a child who is too ill for school: not for others by a day.
    CASE
        WHEN coalesce(referrals.reason_group, placements.reason_group) = 'PEX' THEN 6
        WHEN coalesce(referrals.legal_basis, placements.legal_basis) = 'S19_HEALTH' THEN 15
    END AS duty_days,
    cast(coalesce(exact(referrals.sessions_wanted) / cast($fte_sessions AS DECIMAL(9, 1)), 1) AS DECIMAL(18, 4)) AS fte
FROM placements.referrals AS referrals
CROSS JOIN provision_gap.waiting_days AS days
LEFT JOIN placements.placements AS placements ON referrals.placement_id = placements.placement_id
INNER JOIN reference.school_calendar AS referred ON referrals.referred_on = referred.calendar_date
WHERE
    referrals.referred_on <= days.counted_on
    AND (placements.started_on IS NULL OR placements.started_on > days.counted_on)
    AND (
        referrals.referral_outcome IN ('AGREED', 'AGREED_WAITING')
        -- What was decided since was undecided then; what was withdrawn without a panel left on a day that nobody wrote down.
        OR referrals.panel_on > days.counted_on
        OR (referrals.panel_on IS NULL AND referrals.referral_outcome = 'DEFERRED_INFO')
    )
