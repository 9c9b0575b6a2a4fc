-- The parts of a line that placements get are the line, to the penny.
SELECT matches.invoice_file, matches.invoice_row, matches.net_amount, shares.amount
FROM cost_review.invoice_matches AS matches
LEFT JOIN (
    SELECT invoice_file, invoice_row, sum(amount) AS amount
    FROM cost_review.invoice_match_shares
    GROUP BY invoice_file, invoice_row
) AS shares
    ON matches.invoice_file = shares.invoice_file AND matches.invoice_row = shares.invoice_row
WHERE
    matches.rule IN ('1', '2', '3', '4', '5')
    AND (shares.amount IS NULL OR shares.amount <> matches.net_amount)
