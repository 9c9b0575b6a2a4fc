//! Counts of several years together beside those of each year.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::super::{Earlier, Release, Rule, Together, clear_together, clear_without};
use super::*;

/// Makes a table of one count by years, the first as given.
fn by_year(name: &str, first: usize, numbers: &[i64]) -> (Model, RecordBatch) {
    let rows: Vec<(usize, &str, i64)> =
        numbers.iter().enumerate().map(|(at, &number)| (first + at, "all", number)).collect();
    by_ward(name, &rows)
}

/// Makes a table of one count by years and wards.
fn by_ward(name: &str, rows: &[(usize, &str, i64)]) -> (Model, RecordBatch) {
    let mut own = model(&format!(
        "grain = [\"academic_year\", \"ward\"]\n[disclosure]\ncounts = [\"{name}\"]\nhierarchies = {{ ward = \"all\" }}\n"
    ));
    name.clone_into(&mut own.name);
    let years: Vec<String> = rows.iter().map(|row| format!("{}-{}", row.0, (row.0 + 1) % 100)).collect();
    let table = batch(vec![
        ("academic_year", texts(&years.iter().map(String::as_str).collect::<Vec<_>>())),
        ("ward", texts(&rows.iter().map(|row| row.1).collect::<Vec<_>>())),
        (name, counts(&rows.iter().map(|row| row.2).collect::<Vec<_>>())),
    ]);
    (own, table)
}

/// Clears tables together, with the rule or without it.
fn together(tables: &[(Model, RecordBatch)], has_rule: bool, earlier: &Earlier) -> Together {
    let batches: Vec<[RecordBatch; 1]> = tables.iter().map(|(_, rows)| [rows.clone()]).collect();
    let all: Vec<(&Model, &[RecordBatch])> =
        tables.iter().zip(&batches).map(|((model, _), rows)| (model, rows.as_slice())).collect();
    let release = Release { period: "ay2017-18", ..Release::after(earlier) };
    let cleared = if has_rule {
        clear_together(&all, &LIMITS, &release)
    } else {
        clear_without(Rule::Pooled, &all, &LIMITS, &release)
    };
    cleared.unwrap()
}

/// Returns the count of each table as it leaves.
fn outbound(tables: &[(Model, RecordBatch)], has_rule: bool) -> Vec<Vec<String>> {
    let cleared = together(tables, has_rule, &Earlier::default());
    cleared.tables.iter().map(|table| shown(table, &table.columns().last().unwrap().name)).collect()
}

#[test]
fn three_years_less_two_that_are_shown_do_not_give_the_third() {
    let tables = [
        by_year("cases", 2012, &[6, 8, 11, 9, 7, 2]),
        by_year("cases_of_three_years", 2014, &[25, 28, 27, 18]),
    ];
    // 18 less 9 and 7 is 2, which is hidden.
    let years = ["6", "8", "11", "9", "7", "[c]"];
    assert_eq!(outbound(&tables, false), [years.to_vec(), vec!["25", "28", "27", "18"]]);
    assert_eq!(outbound(&tables, true), [years.to_vec(), vec!["25", "28", "27", "[c]"]]);
    let audit = together(&tables, true, &Earlier::default()).audit;
    let because = &audit.iter().find(|cell| cell.table == "cases_of_three_years").unwrap().because;
    assert_eq!(because, "with it `cases|academic_year=2017-18` could be worked out");
}

#[test]
fn a_year_without_a_row_is_one_of_nothing() {
    let (model, rows) = by_year("cases", 2012, &[6, 8, 11, 9, 7]);
    let last = by_year("cases", 2018, &[2]);
    let rows = arrow::compute::concat_batches(&rows.schema(), [&rows, &last.1]).unwrap();
    let tables = [(model, rows), by_year("cases_of_three_years", 2014, &[25, 28, 27, 16, 9])];
    assert_eq!(outbound(&tables, false)[1], ["25", "28", "27", "16", "9"]);
    // Of 2017-18 there is no row, so that 9 of three years less 7 is the 2 of the last.
    assert_eq!(outbound(&tables, true)[1], ["25", "28", "27", "16", "[c]"]);
}

#[test]
fn a_pooled_count_that_hides_another_does_not_follow_from_its_years() {
    // The years have no total: only the pooled table lets a reader take the others away, and the years of `b` are all shown.
    let years = |ward: &'static str, of: [i64; 3]| {
        [2015, 2016, 2017].into_iter().zip(of).map(move |(y, n)| (y, ward, n))
    };
    let wards = [("a", [9, 7, 2]), ("b", [5, 6, 5]), ("c", [20, 30, 24]), ("d", [40, 41, 43])];
    let single: Vec<_> = wards.iter().flat_map(|(ward, of)| years(ward, *of)).collect();
    let mut pooled: Vec<_> = wards.iter().map(|(ward, of)| (2017, *ward, of.iter().sum())).collect();
    let all: i64 = pooled.iter().map(|row| row.2).sum();
    pooled.push((2017, "all", all));
    let tables = [by_ward("cases", &single), by_ward("cases_of_three_years", &pooled)];
    assert_eq!(outbound(&tables, false)[1], ["18", "16", "74", "124", "232"]);
    let cells = outbound(&tables, true);
    assert_eq!(cells[0][2], "[c]");
    assert_eq!(cells[1], ["[c]", "16", "74", "124", "[c]"]);
}

#[test]
fn what_an_earlier_edition_gave_away_is_said_and_holds_nothing() {
    let tables = [
        by_year("cases", 2012, &[6, 8, 11, 9, 7, 2]),
        by_year("cases_of_three_years", 2014, &[25, 28, 27, 18]),
    ];
    let before = together(&tables, false, &Earlier::default()).remembered;
    let mut earlier = Earlier::default();
    let cells = before.iter().map(|(cell, shown)| (cell.to_owned(), shown.map(str::to_owned)));
    earlier.release("ay2017-18", cells);
    let again = together(&tables, true, &earlier);
    assert_eq!(shown(&again.tables[0], "cases"), ["6", "8", "11", "9", "7", "[c]"]);
    let because: Vec<&str> = again.audit.iter().map(|cell| cell.because.as_str()).collect();
    assert_eq!(because, ["hidden, and given away by an earlier edition"]);
}

/// Years of wards with or without their total, and each ward's three years together.
struct Years {
    wards: Vec<[i64; 3]>,
    has_total: bool,
    has_pooled_total: bool,
}

impl Years {
    fn random(random: &mut ChaCha8Rng) -> Self {
        let mut up_to = |below: u32| i64::from(random.next_u32() % below);
        let small = 2 + up_to(3);
        let greatest = [5, 9, 14][usize::try_from(up_to(3)).unwrap()];
        let mut wards: Vec<[i64; 3]> =
            (0..small).map(|_| [up_to(greatest), up_to(greatest), up_to(greatest)]).collect();
        // Enough wards of many for a reader to see what is pooled.
        wards.extend((0..5).map(|_| [20 + up_to(30), 20 + up_to(30), 20 + up_to(30)]));
        Self { wards, has_total: up_to(3) > 0, has_pooled_total: up_to(3) > 0 }
    }

    fn tables(&self) -> [(Model, RecordBatch); 2] {
        const NAMES: [&str; 9] = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let year = |at: usize| {
            let all: i64 = self.wards.iter().map(|ward| ward[at]).sum();
            let wards = self.wards.iter().zip(NAMES).map(move |(ward, name)| (2015 + at, name, ward[at]));
            wards.chain(self.has_total.then_some((2015 + at, "all", all)))
        };
        let single: Vec<(usize, &str, i64)> = (0..3).flat_map(year).collect();
        let pool = |ward: &[i64; 3]| ward.iter().sum::<i64>();
        let mut pooled: Vec<(usize, &str, i64)> =
            self.wards.iter().zip(NAMES).map(|(ward, name)| (2017, name, pool(ward))).collect();
        if self.has_pooled_total {
            pooled.push((2017, "all", self.wards.iter().map(pool).sum()));
        }
        [by_ward("cases", &single), by_ward("cases_of_three_years", &pooled)]
    }

    /// Returns what a reader adds up: cells, those of the years first, and their signs.
    fn sums(&self) -> Vec<Vec<(usize, i64)>> {
        let wards = self.wards.len();
        let height = wards + usize::from(self.has_total);
        let pooled = 3 * height;
        let mut sums = Vec::new();
        for year in 0..3 {
            if self.has_total {
                let parts = (0..wards).map(|ward| (year * height + ward, 1));
                sums.push(parts.chain([(year * height + wards, -1)]).collect());
            }
        }
        if self.has_pooled_total {
            sums.push((0..wards).map(|ward| (pooled + ward, 1)).chain([(pooled + wards, -1)]).collect());
        }
        let over_years = wards + usize::from(self.has_total && self.has_pooled_total);
        for ward in 0..over_years {
            let years = (0..3).map(|year| (year * height + ward, 1));
            sums.push(years.chain([(pooled + ward, -1)]).collect());
        }
        sums
    }
}

/// Finds the least and the greatest whole number that a cell can be, with all that a reader adds up.
fn bounds(cells: &[Option<i64>], sums: &[Vec<(usize, i64)>], at: usize) -> [i64; 2] {
    use microlp::{ComparisonOp, OptimizationDirection, Problem};
    [OptimizationDirection::Minimize, OptimizationDirection::Maximize].map(|direction| {
        let mut problem = Problem::new(direction);
        let bound = |cell: Option<i64>| {
            cell.map_or((1, 4_000), |shown| (i32::try_from(shown).unwrap(), i32::try_from(shown).unwrap()))
        };
        let variables: Vec<_> = cells
            .iter()
            .enumerate()
            .map(|(cell, &shown)| problem.add_integer_var(if cell == at { 1.0 } else { 0.0 }, bound(shown)))
            .collect();
        for sum in sums {
            #[expect(clippy::cast_precision_loss, reason = "signs are small")]
            let terms: Vec<_> = sum.iter().map(|&(cell, sign)| (variables[cell], sign as f64)).collect();
            problem.add_constraint(terms, ComparisonOp::Eq, 0.0);
        }
        let solution = problem.solve().unwrap().into_solution().unwrap();
        #[expect(clippy::cast_possible_truncation, reason = "bounds are small")]
        let found = solution.var_value(variables[at]).round() as i64;
        found
    })
}

/// Returns the counts as they are.
fn as_they_are(tables: &[(Model, RecordBatch)]) -> Vec<i64> {
    let counts = tables.iter().map(|(_, rows)| rows.column(2).as_any().downcast_ref::<Int64Array>().unwrap());
    counts.flat_map(|counts| counts.values().to_vec()).collect()
}

/// Counts the small counts, of one year or of three, that a reader has exactly or within too narrow a range.
fn known(years: &Years, has_rule: bool) -> usize {
    let cells: Vec<Option<i64>> =
        outbound(&years.tables(), has_rule).concat().iter().map(|cell| cell.parse().ok()).collect();
    let sums = years.sums();
    let true_counts = as_they_are(&years.tables());
    let small = (0..cells.len()).filter(|&at| cells[at].is_none() && true_counts[at] < 5);
    let bounds = small.map(|at| bounds(&cells, &sums, at));
    bounds.filter(|[low, high]| !(*low == 1 && *high >= 4 || high - low >= 5)).count()
}

#[test]
fn no_small_count_of_random_tables_follows_from_three_years_pooled() {
    let (mut with, mut without) = (Vec::new(), 0);
    for seed in 0..60 {
        let years = Years::random(&mut ChaCha8Rng::seed_from_u64(seed));
        without += known(&years, false);
        let found = known(&years, true);
        if found > 0 {
            with.push((seed, found, years.wards.clone(), outbound(&years.tables(), true)));
        }
    }
    assert!(without > 10, "the tables were too easy: {without} known without the rule");
    assert!(with.is_empty(), "{with:?}");
}
