//! Tables for ACRO, a disclosure checker of others: `tests/python/acro_primary.py` compares its primary decisions with these.

use std::fmt::Write as _;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::*;

const UNIT: &str =
    "[indicators.spend]\ndefinition = \"d\"\ncount_basis = \"ledger\"\nunit = \"pounds\"\n[disclosure]\n";

/// Returns whether each count below the threshold, and each sum of firms that stand out, is hidden for itself.
fn decided(contributions: &[Vec<i64>]) -> (Vec<bool>, Vec<bool>) {
    let codes: Vec<String> = (0..contributions.len()).map(|at| format!("c{at:02}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let whole = |number: usize| i64::try_from(number).unwrap();
    let sorted: Vec<Vec<i64>> = contributions
        .iter()
        .map(|of| {
            let mut of = of.clone();
            of.sort_unstable_by(|one, other| other.cmp(one));
            of
        })
        .collect();
    let numbers: Vec<i64> = sorted.iter().map(|of| whole(of.len())).collect();
    let at = |place: usize| {
        counts(&sorted.iter().map(|of| of.get(place).copied().unwrap_or(0)).collect::<Vec<_>>())
    };
    let own = model(&format!("grain = [\"code\"]\n{UNIT}counts = [\"n\"]\n"));
    let table =
        clear(&[batch(vec![("code", texts(&codes)), ("n", counts(&numbers))])], &own, &LIMITS).unwrap();
    let small = shown(&table, "n").iter().map(|cell| cell == "[c]").collect();
    let money = model(&format!(
        "grain = [\"code\"]\n{UNIT}counts = [\"pupils\"]\nopen = [\"firms\"]\naudience = \"council\"\n\
         money = {{ spend = {{ children = \"pupils\", firms = \"firms\", largest = \"first\", second = \"second\" }} }}\n"
    ));
    let table = batch(vec![
        ("code", texts(&codes)),
        ("pupils", counts(&vec![30; codes.len()])),
        ("firms", counts(&numbers)),
        ("first", at(0)),
        ("second", at(1)),
        ("spend", counts(&sorted.iter().map(|of| of.iter().sum()).collect::<Vec<_>>())),
    ]);
    let table = clear(&[table], &money, &LIMITS).unwrap();
    (small, shown(&table, "spend").iter().map(|cell| cell == "[c]").collect())
}

#[test]
#[ignore = "writes tables to the file that is named, for another program to read"]
#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the product")]
fn tables_for_acro() {
    let Ok(file) = std::env::var("SUFFICIENCY_ACRO") else { return };
    let mut lines = String::new();
    for seed in 0..300 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut below = |most: u32| random.next_u32() % most;
        let cells: Vec<Vec<i64>> = (0..4 + below(8))
            .map(|_| {
                // One that has most of it, now and then.
                let largest = [10, 100, 2_000][below(3) as usize];
                (0..below(9)).map(|at| i64::from(1 + below(if at == 0 { largest } else { 60 }))).collect()
            })
            .collect();
        let (small, firm) = decided(&cells);
        let line = cells.iter().enumerate().map(|(at, of)| {
            format!(
                "{{\"code\": \"c{at:02}\", \"contributions\": {of:?}, \"threshold\": {}, \"firm\": {}}}",
                small[at], firm[at]
            )
        });
        writeln!(lines, "{{\"cells\": [{}]}}", line.collect::<Vec<_>>().join(", ")).unwrap();
    }
    std::fs::write(file, lines).unwrap();
}
