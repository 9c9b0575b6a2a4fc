WITH counted AS (
    SELECT years.academic_year, referrals.referral_outcome, count(*) AS referrals
    FROM placements.referrals AS referrals
    INNER JOIN activity.covered_years AS years
        ON referrals.referred_on >= years.starts_on AND referrals.referred_on <= years.ends_on
    GROUP BY years.academic_year, referrals.referral_outcome
),

cells AS (
    SELECT
        years.academic_year,
        outcomes.referral_outcome,
        coalesce(counted.referrals, 0) AS referrals
    FROM (SELECT DISTINCT academic_year FROM counted) AS years
    CROSS JOIN
        (
            VALUES ('AGREED'), ('AGREED_WAITING'), ('DEFERRED_INFO'), ('REDIRECTED'), ('DECLINED'), ('WITHDRAWN')
        ) AS outcomes (referral_outcome)
    LEFT JOIN counted
        ON years.academic_year = counted.academic_year AND outcomes.referral_outcome = counted.referral_outcome
),

reported AS (
    SELECT
        academic_year,
        coalesce(referral_outcome, 'all') AS referral_outcome,
        cast(sum(referrals) AS BIGINT) AS referrals
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, referral_outcome), (academic_year))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'REGISTERS'
