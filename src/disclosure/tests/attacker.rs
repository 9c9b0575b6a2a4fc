//! An attacker of its own, who has what left and nothing else.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::super::{Earlier, Release, clear_together};
use super::*;

/// A random table of two or three keys with all totals: codes of each key, and the counts, last key fastest.
struct Cube {
    sizes: Vec<usize>,
    values: Vec<i64>,
}

impl Cube {
    fn random(random: &mut ChaCha8Rng) -> Self {
        let keys = 2 + random.next_u32() as usize % 2;
        let sizes: Vec<usize> =
            (0..keys).map(|_| 2 + random.next_u32() as usize % if keys == 2 { 4 } else { 2 }).collect();
        let greatest = [4, 9, 30][random.next_u32() as usize % 3];
        let inner = sizes.iter().product();
        let values = (0..inner).map(|_| i64::from(random.next_u32() % greatest)).collect();
        Self { sizes, values }
    }

    /// Returns every combination of codes, `None` for the total of a key.
    fn places(&self) -> Vec<Vec<Option<usize>>> {
        let codes = |size: usize| (0..size).map(Some).chain([None]).collect::<Vec<_>>();
        self.sizes.iter().fold(vec![Vec::new()], |found, &size| {
            let longer = |place: Vec<Option<usize>>| {
                codes(size).into_iter().map(move |code| [place.clone(), vec![code]].concat())
            };
            found.into_iter().flat_map(longer).collect()
        })
    }

    fn at(&self, place: &[Option<usize>]) -> i64 {
        let mut sum = 0;
        for (at, value) in self.values.iter().enumerate() {
            let mut rest = at;
            let mut fits = true;
            for (key, &size) in self.sizes.iter().enumerate().rev() {
                fits &= place[key].is_none_or(|code| code == rest % size);
                rest /= size;
            }
            sum += if fits { *value } else { 0 };
        }
        sum
    }

    fn table(&self, name: &str) -> (Model, RecordBatch) {
        let keys: Vec<String> = (0..self.sizes.len()).map(|key| format!("k{key}")).collect();
        let quoted = keys.iter().map(|key| format!("\"{key}\"")).collect::<Vec<_>>().join(", ");
        let totals = keys.iter().map(|key| format!("{key} = \"all\"")).collect::<Vec<_>>().join(", ");
        let settings =
            format!("grain = [{quoted}]\n[disclosure]\ncounts = [\"n\"]\nhierarchies = {{ {totals} }}\n");
        let mut own = model(&settings);
        name.clone_into(&mut own.name);
        let places = self.places();
        let code = |place: &Vec<Option<usize>>, key: usize| {
            place[key].map_or("all".to_owned(), |code| format!("c{code}"))
        };
        let mut columns: Vec<(&str, ArrayRef)> = Vec::new();
        for (key, name) in keys.iter().enumerate() {
            let codes: Vec<String> = places.iter().map(|place| code(place, key)).collect();
            columns.push((name, texts(&codes.iter().map(String::as_str).collect::<Vec<_>>())));
        }
        columns.push(("n", counts(&places.iter().map(|place| self.at(place)).collect::<Vec<_>>())));
        (own, batch(columns))
    }
}

/// All that an attacker has of one release: which cells are hidden, what the others are, and what adds up to what.
struct Shown {
    shown: Vec<Option<i64>>,
    sets: Vec<(Vec<usize>, usize)>,
}

impl Shown {
    fn new(cube: &Cube, cleared: &Cleared) -> Self {
        let shown = shown(cleared, "n").iter().map(|cell| cell.parse().ok()).collect();
        let places = cube.places();
        let position = |wanted: &Vec<Option<usize>>| places.iter().position(|place| place == wanted).unwrap();
        let mut sets = Vec::new();
        for place in &places {
            for (key, &size) in cube.sizes.iter().enumerate().filter(|(key, _)| place[*key].is_none()) {
                let parts = (0..size).map(|code| {
                    let mut part = place.clone();
                    part[key] = Some(code);
                    position(&part)
                });
                sets.push((parts.collect(), position(place)));
            }
        }
        Self { shown, sets }
    }
}

/// Finds the range of every hidden cell by linear programming over real numbers, which is never wider than what a
/// reader with whole numbers has, when an optimum is whole, and tells all that adding and taking away can tell.
fn ranges(release: &Shown) -> Vec<(usize, f64, f64)> {
    use microlp::{ComparisonOp, OptimizationDirection, Problem};
    let hidden: Vec<usize> = (0..release.shown.len()).filter(|&at| release.shown[at].is_none()).collect();
    let bound = |at: usize, direction: OptimizationDirection| {
        let mut problem = Problem::new(direction);
        let variables: Vec<_> = (0..release.shown.len())
            .map(|cell| {
                let weight = if cell == at { 1.0 } else { 0.0 };
                match release.shown[cell] {
                    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
                    Some(value) => problem.add_var(weight, (value as f64, value as f64)),
                    None => problem.add_var(weight, (1.0, 10_000.0)),
                }
            })
            .collect();
        for (parts, total) in &release.sets {
            let terms = parts.iter().map(|&part| (variables[part], 1.0)).chain([(variables[*total], -1.0)]);
            problem.add_constraint(terms.collect::<Vec<_>>().as_slice(), ComparisonOp::Eq, 0.0);
        }
        problem.solve().unwrap().into_solution().unwrap().objective()
    };
    hidden
        .into_iter()
        .map(|at| {
            (at, bound(at, OptimizationDirection::Minimize), bound(at, OptimizationDirection::Maximize))
        })
        .collect()
}

/// Asserts that no small count can be worked out. Only those are children's secrets: a large one that is hidden for
/// their sake may be worked out, if it does not give them away.
fn assert_safe(release: &Shown, cube: &Cube, what: &str) {
    let small = cube.places().iter().map(|place| cube.at(place) < 5).collect::<Vec<_>>();
    for (at, low, high) in ranges(release).into_iter().filter(|range| small[range.0]) {
        let covers = low < 1.0 + 1e-6 && high > 4.0 - 1e-6;
        assert!(covers || high - low > 5.0 - 1e-6, "{what}: cell {at} lies in {low} to {high}");
    }
}

/// Returns how many tables are tried: a sample on every change, and ten thousand where the soak asks for them.
#[expect(clippy::disallowed_methods, reason = "tests are asked from outside for more")]
fn rounds(sample: u64) -> u64 {
    let soak = std::env::var("SUFFICIENCY_SOAK").ok().and_then(|times| times.parse::<u64>().ok());
    soak.map_or(sample, |times| times * 10_000)
}

#[test]
fn p3_no_attacker_pins_a_hidden_cell_of_random_tables_of_two_and_three_keys() {
    let mut hidden = 0;
    for seed in 0..rounds(150) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let cube = Cube::random(&mut random);
        let (model, rows) = cube.table("cube");
        let cleared = clear(&[rows], &model, &LIMITS).unwrap();
        let release = Shown::new(&cube, &cleared);
        for (cell, place) in release.shown.iter().zip(cube.places()) {
            assert!(
                cell.is_none_or(|value| value == 0 || value >= 5),
                "seed {seed}: {place:?} shows a small count"
            );
        }
        hidden += release.shown.iter().filter(|cell| cell.is_none()).count();
        assert_safe(&release, &cube, &format!("seed {seed}"));
    }
    assert!(hidden > 500, "the tables were too easy: {hidden} hidden");
}

#[test]
fn p3_no_attacker_who_has_two_releases_pins_a_hidden_cell_of_the_first() {
    for seed in 0..rounds(100) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let first = Cube::random(&mut random);
        let (model, rows) = first.table("cube");
        let batches = [rows];
        let before =
            clear_together(&[(&model, &batches)], &LIMITS, &Release::after(&Earlier::default())).unwrap();
        // Late records change a few cells.
        let mut values = first.values.clone();
        for _ in 0..=random.next_u32() % 3 {
            let at = random.next_u32() as usize % values.len();
            values[at] += i64::from(random.next_u32() % 6);
        }
        let second = Cube { sizes: first.sizes.clone(), values };
        let (model, rows) = second.table("cube");
        let batches = [rows];
        let Ok(after) = clear_together(&[(&model, &batches)], &LIMITS, &Release::after(&before.remembered))
        else {
            // Nothing leaves; that is safe too.
            continue;
        };
        // What did not change is known to the reader from whichever release shows it.
        let old = Shown::new(&first, &before.tables[0]);
        let new = Shown::new(&second, &after.tables[0]);
        let places = first.places();
        let merge = |own: &Shown, other: &Shown| {
            let shown = places.iter().enumerate().map(|(at, place)| {
                let unchanged = first.at(place) == second.at(place);
                own.shown[at].or_else(|| other.shown[at].filter(|_| unchanged))
            });
            Shown { shown: shown.collect(), sets: own.sets.clone() }
        };
        assert_safe(&merge(&old, &new), &first, &format!("seed {seed}, the first release"));
        assert_safe(&merge(&new, &old), &second, &format!("seed {seed}, the second release"));
    }
}
