-- What the council asked for, by type: cost and use of its own children, with what all commissioners were paid for beside it.
SELECT
    whole.financial_year,
    whole.provision_type,
    whole.period_state,
    whole.known_to,
    whole.gross AS spend,
    coalesce(council.gross, 0) AS council_spend,
    coalesce(council.placements, 0) AS council_placements,
    whole.placements - coalesce(council.placements, 0) AS other_placements,
    coalesce(council.average_fte, 0) AS average_fte,
    coalesce(council.placement_weeks, 0) AS placement_weeks,
    cast(CASE WHEN whole.period_state = 'FINISHED' THEN coalesce(council.gross, 0) END AS DECIMAL(18, 2))
        AS cost_of_year,
    whole.income,
    whole.school_use_net,
    -- What a full-time equivalent costs if places that schools used are laid on it too.
    cast(CASE WHEN whole.period_state = 'FINISHED' THEN whole.net END AS DECIMAL(18, 2)) AS whole_cost_of_year
FROM cost_review.spend_by_route AS whole
LEFT JOIN cost_review.spend_by_route AS council
    ON
        whole.financial_year = council.financial_year
        AND whole.level = council.level
        AND whole.provision_type = council.provision_type
        AND council.commissioner = 'LA'
WHERE whole.level = 'AP' AND whole.commissioner = 'all'
