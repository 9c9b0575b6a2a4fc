-- Prices of different units compare by the session. Places and top-ups are prices of a year, whatever is attended.
SELECT
    cards.provider_id,
    cards.unit,
    cast(cast(cards.price AS DECIMAL(18, 6)) / cast(units.sessions AS DECIMAL(9, 2)) AS DECIMAL(18, 6)) AS session_price,
    cards.valid_from,
    cards.valid_to
FROM commissioning.rate_cards AS cards
INNER JOIN reference.rate_units AS units ON cards.unit = units.code
WHERE units.sessions IS NOT NULL
