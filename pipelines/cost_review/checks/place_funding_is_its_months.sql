-- Funding by the year and by the month are worked out in two ways, and are the same to a penny for each provider.
SELECT funding.financial_year, funding.provision_type, funding.place_funding, months.place_element
FROM cost_review.place_funding AS funding
INNER JOIN (
    SELECT financial_year, provision_type, sum(place_element) AS place_element, count(DISTINCT provider_id) AS providers
    FROM cost_review.place_months
    GROUP BY financial_year, provision_type
) AS months
    ON funding.financial_year = months.financial_year AND funding.provision_type = months.provision_type
WHERE abs(funding.place_funding - months.place_element) > 0.01 * months.providers
