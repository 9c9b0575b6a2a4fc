//! Fisher's exact test of a table of two by two.

/// How much more likely than the table found another may come out by rounding and still count as equally
/// likely. R uses the same.
const ROUNDING: f64 = 1e-7;

/// Returns the probability, given the margins and no association, of a table at most as likely as the one found: rows
/// are `first` and `second`, columns those with the outcome and those without.
///
/// `None` where a margin is empty, since then there is one table only and nothing to test.
///
/// Tables are walked from the one found outwards by the ratio of one's probability to the next's, so that
/// no factorial is needed and only products and quotients are rounded.
pub(super) fn two_sided(first: [u64; 2], second: [u64; 2]) -> Option<f64> {
    let [a, b] = first.map(number);
    let [c, d] = second.map(number);
    if [a + b, c + d, a + c, b + d].contains(&0.0) {
        return None;
    }
    let (mut all, mut as_unlikely) = (1.0, 1.0);
    let mut count = |weight: f64| {
        all += weight;
        if weight <= 1.0 + ROUNDING {
            as_unlikely += weight;
        }
    };
    // One more with the outcome in the first group is one fewer in the second.
    let (mut weight, [mut a_up, mut b_up, mut c_up, mut d_up]) = (1.0, [a, b, c, d]);
    while b_up > 0.0 && c_up > 0.0 {
        weight *= b_up * c_up / ((a_up + 1.0) * (d_up + 1.0));
        (a_up, b_up, c_up, d_up) = (a_up + 1.0, b_up - 1.0, c_up - 1.0, d_up + 1.0);
        count(weight);
    }
    let (mut weight, [mut a_down, mut b_down, mut c_down, mut d_down]) = (1.0, [a, b, c, d]);
    while a_down > 0.0 && d_down > 0.0 {
        weight *= a_down * d_down / ((b_down + 1.0) * (c_down + 1.0));
        (a_down, b_down, c_down, d_down) = (a_down - 1.0, b_down + 1.0, c_down + 1.0, d_down - 1.0);
        count(weight);
    }
    Some(as_unlikely / all)
}

#[expect(clippy::cast_precision_loss, reason = "counts of schools and children are far below 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}
