//! Targets tried with what a seeded generator makes of good examples, for some seconds each: bytes turned,
//! cut, doubled and spliced, words of the language put where they do not belong. A fault prints its seed and
//! its input, and the same seed makes it again. Why not a fuzzing crate: docs/decisions/0004-own-fuzzing.md.

mod seeds;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sufficiency::source::sandbox;

/// Seconds for which a target is tried, on every change and in the soak.
const BUDGET: (usize, usize) = (5, 60);
/// Longest time for one input: a second for each 64 kB in a build for use, more in this one.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });
/// Longest input, in bytes.
const LONGEST: usize = 64 << 10;

/// What a target is tried with.
struct Seeds {
    /// Good examples.
    examples: Vec<Vec<u8>>,
    /// Words that mean something where they stand.
    words: &'static [&'static str],
}

fn below(random: &mut ChaCha8Rng, bound: usize) -> usize {
    usize::try_from(random.next_u64() % bound.max(1) as u64).unwrap()
}

/// Makes one input, which the seed alone decides.
fn input(seed: u64, seeds: &Seeds) -> Vec<u8> {
    let random = &mut ChaCha8Rng::seed_from_u64(seed);
    let mut bytes = seeds.examples[below(random, seeds.examples.len())].clone();
    for _ in 0..=below(random, 6) {
        let (from, length) = (below(random, bytes.len() + 1), below(random, 32));
        let to = (from + length).min(bytes.len());
        match below(random, 8) {
            0 if from < bytes.len() => bytes[from] ^= 1 << below(random, 8),
            1 if from < bytes.len() => bytes[from] = [0, 1, 0x7f, 0x80, 0xff][below(random, 5)],
            2 => drop(bytes.drain(from..to)),
            3 => {
                let again = bytes[from..to].repeat(1 + below(random, 40));
                bytes.splice(to..to, again);
            }
            4 => bytes.truncate(from),
            5 | 6 => {
                let word = seeds.words[below(random, seeds.words.len())];
                bytes.splice(from..to.min(from + below(random, 4)), word.bytes());
            }
            _ => {
                let other = &seeds.examples[below(random, seeds.examples.len())];
                bytes.truncate(from);
                bytes.extend_from_slice(&other[below(random, other.len() + 1)..]);
            }
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

fn fuzz(name: &str, seeds: &Seeds, target: fn(&[u8])) {
    // As the program does it: what others wrote is parsed where a panic of theirs is a refusal.
    sandbox::set_program(env!("CARGO_BIN_EXE_sufficiency").into());
    for example in &seeds.examples {
        target(example);
    }
    let budget = Duration::from_secs(crate::store::repeats(BUDGET.0, BUDGET.1) as u64);
    let (began, mut tried) = (Instant::now(), 0);
    while began.elapsed() < budget {
        let bytes = input(tried, seeds);
        let at = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| target(&bytes)));
        let took = at.elapsed();
        let shown = || String::from_utf8_lossy(&bytes).into_owned();
        assert!(done.is_ok(), "{name}, seed {tried}: a panic on {:?}", shown());
        assert!(took < PATIENCE, "{name}, seed {tried}: {took:?} for {:?}", shown());
        tried += 1;
    }
    eprintln!("{name}: {tried} inputs");
    assert!(tried > 10, "{name}: only {tried} inputs in {budget:?}");
}

#[test]
fn d4_fuzzed_delimited_text_is_read_or_refused() {
    fuzz("delimited", &seeds::delimited(), targets::delimited);
}

#[test]
fn d4_fuzzed_json_is_read_or_refused() {
    fuzz("json", &seeds::json(), targets::json);
}

#[test]
fn d4_fuzzed_xml_is_read_or_refused() {
    fuzz("xml", &seeds::xml(), targets::xml);
}

#[test]
fn d4_fuzzed_parquet_is_read_or_refused() {
    fuzz("parquet", &seeds::parquet(), targets::parquet);
}

#[test]
fn d4_fuzzed_archives_are_read_or_refused() {
    fuzz("archive", &seeds::archive(), targets::archive);
}

#[test]
fn d4_fuzzed_sheets_are_read_or_refused() {
    fuzz("sheet", &seeds::sheet(), targets::sheet);
}

#[test]
fn d4_fuzzed_contracts_are_taken_or_refused() {
    fuzz("contract", &seeds::contract(), targets::contract);
}

#[test]
fn d4_fuzzed_schedules_are_taken_or_refused() {
    fuzz("schedule", &seeds::schedule(), targets::schedule);
}

#[test]
fn d4_fuzzed_recipients_are_taken_or_refused() {
    fuzz("recipients", &seeds::recipients(), targets::recipients);
}

#[test]
fn d4_fuzzed_queries_only_read_or_are_refused() {
    fuzz("query", &seeds::query(), targets::query);
}

#[test]
fn d4_fuzzed_narratives_are_taken_or_refused() {
    fuzz("template", &seeds::template(), targets::template);
}

#[test]
fn d4_fuzzed_commits_are_read_or_refused() {
    fuzz("commit", &seeds::commit(), targets::commit);
}
