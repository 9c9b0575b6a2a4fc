use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Decimal128Type, Int64Type};
use sha2::{Digest, Sha256};

use super::back_test::{by_rates, error, rates};
use super::chance::{Chance, binomial, poisson};
use super::cohort::{Ahead, drawn, expected};
use super::figures::{Figure, band, figures, planning_factor};
use super::history::{Cell, History, Whole};
use super::rates::{Fit, growth};
use super::scenario::{Scenario, Settings};
use crate::diagnostic::{SourceFile, Spanned};
use crate::project::{CohortForecast, Model, ModelFile};

const SETTINGS: Settings =
    Settings { prior: 5, draws: 1000, trend_cap: 0.05, policy_pex: -0.20, policy_from: i64::MIN };

/// A group, its headcounts, those who stayed, and residents.
type Group<'a> = (i64, &'a [u64], &'a [u64], &'a [u64]);

/// Builds a history of the calendar years from `first`: for each group its headcounts, those who stayed, and residents.
fn history(first: i64, groups: &[Group<'_>]) -> History {
    let mut history = History::default();
    for (group, headcounts, stayed, residents) in groups {
        history.groups.insert(*group, if *group < 10 { "KS3" } else { "KS4" }.to_owned());
        let length = headcounts.len().max(residents.len());
        for (at, year) in (0..length).zip(first..) {
            let cell = Cell {
                headcount: headcounts.get(at).copied(),
                stayed: stayed.get(at).copied(),
                joined_excluded: headcounts.get(at).map(|_| 0),
                residents: residents.get(at).copied().filter(|residents| *residents > 0),
            };
            history.cells.insert((year, *group), cell);
            history.years.insert(year, Whole::default());
        }
    }
    history
}

/// Returns the specification's: years 9 to 11, counted in 2023 to 2025, with residents of 2024 to 2026.
fn vector() -> History {
    history(
        2023,
        &[
            (9, &[40, 44, 46], &[24, 28], &[0, 3000, 3050, 3100]),
            (10, &[60, 66, 70], &[42, 45], &[0, 2980, 3000, 3050]),
            (11, &[70, 74, 80], &[], &[0, 2950, 2980, 3000]),
        ],
    )
}

fn rounded(value: f64, places: i32) -> f64 {
    let by = 10_f64.powi(places);
    (value * by).round() / by
}

#[track_caller]
fn assert_close(found: f64, wanted: f64, places: i32) {
    assert!((rounded(found, places) - rounded(wanted, places)).abs() < 1e-12, "{found} is not {wanted}");
}

#[test]
fn the_stream_of_the_zero_key_is_that_of_the_specification() {
    let mut chance = Chance::new([0; 32]);
    assert_eq!(chance.next().to_le_bytes(), [0x3e, 0x00, 0xef, 0x2f]);
}

#[test]
fn a_key_is_the_digest_of_the_table_the_scenario_the_population_and_the_rows() {
    let key: [u8; 32] = Sha256::digest(b"needs_assessment.ap_forecast|HOLD|ALL|vector").into();
    assert_eq!(crate::text::hex(&key[..4]), "142624d1");
    let mut chance = Chance::new(key);
    assert_eq!([chance.next(), chance.next()], [3_005_842_386, 3_787_587_992]);
}

#[test]
fn rates_by_population_weigh_the_latest_year_three_times_as_much_as_the_oldest() {
    let history = history(
        2022,
        &[
            (9, &[120, 126, 132], &[], &[9000, 9100, 9200, 9350]),
            (10, &[200, 210, 228], &[], &[6000, 6050, 6120, 6300]),
        ],
    );
    let found = rates(&history, 2024).unwrap();
    assert_close(found[0] * 1000.0, 14.0115, 4);
    let expected = by_rates(&found, &[9350, 6300]);
    assert_close(expected[0], 131.0, 1);
    assert_close(expected[1], 225.2, 1);
    assert_close(expected[0] + expected[1], 356.25, 2);
    assert_eq!(rates(&history, 2023), None, "two years are too few");
}

#[test]
fn cohorts_that_stay_and_join_are_those_of_the_specification() {
    let history = vector();
    let fit = Fit::of(&history, 2025, 5, 2).unwrap();
    assert_eq!(fit.pairs.iter().map(|pair| pair.year).collect::<Vec<_>>(), [2024, 2023], "the latest first");
    let stayed: u64 = fit.pairs.iter().flat_map(|pair| &pair.stayed).sum();
    let before: u64 = fit.pairs.iter().flat_map(|pair| &pair.before).sum();
    assert_eq!((stayed, before), (139, 210));
    assert_close(fit.weighted.stay[1], 0.623_546, 6);
    assert_close(fit.weighted.stay[2], 0.688_265, 6);
    let joined: u64 = fit.pairs.iter().flat_map(|pair| &pair.joined).sum();
    let at_risk: u64 = fit.pairs.iter().flat_map(|pair| &pair.at_risk).sum();
    assert_close(
        f64::from(u32::try_from(joined).unwrap()) / f64::from(u32::try_from(at_risk).unwrap()),
        0.013_523_37,
        8,
    );
    for (found, wanted) in fit.weighted.join.iter().zip([0.014_917_03, 0.014_162_18, 0.011_559_39]) {
        assert_close(*found, wanted, 8);
    }
    let ahead = [Ahead { year: 2026, residents: vec![3100, 3050, 3000], factor: 1.0 }];
    let found = expected(&fit.weighted, &[46, 70, 80], &ahead).remove(0);
    for (found, wanted) in found.iter().zip([46.2428, 71.4716, 82.2998]) {
        assert_close(*found, wanted, 4);
    }
    assert_close(found.iter().sum(), 200.0141, 4);
}

#[test]
fn a_thousand_draws_have_the_totals_and_deciles_of_the_specification() {
    let history = vector();
    let fit = Fit::of(&history, 2025, 5, 2).unwrap();
    let key: [u8; 32] = Sha256::digest(b"needs_assessment.ap_forecast|HOLD|ALL|vector").into();
    let ahead = [Ahead { year: 2026, residents: vec![3100, 3050, 3000], factor: 1.0 }];
    let found = drawn(&mut Chance::new(key), &fit, &[46, 70, 80], &ahead, 1000);
    let mut totals: Vec<u64> = found.iter().map(|path| path[0].iter().sum()).collect();
    assert_eq!(totals[..10], [210, 202, 195, 196, 190, 206, 203, 205, 195, 201]);
    totals.sort_unstable();
    assert_eq!([totals[99], totals[499], totals[899]], [184, 200, 217]);
}

#[test]
fn errors_of_the_past_are_those_of_the_specification() {
    assert_close(error(&[(180.4, 185.0), (188.9, 196.0)]).unwrap(), 3.05, 2);
    assert_close(error(&[(176.0, 185.0), (185.0, 196.0)]).unwrap(), 5.24, 2);
    assert_eq!(error(&[(1.0, 0.0)]), None, "of nobody no part can be missed");
    assert_eq!(error(&[]), None);
}

#[test]
fn the_band_shown_is_the_wider_of_what_was_drawn_and_of_what_the_error_allows() {
    assert_eq!(band(200.0141, Some(3.05), Some([184, 200, 217])), Some((184.0, 217.0)));
    let (low, high) = band(200.0, Some(10.0), Some([184, 200, 217])).unwrap();
    assert_close(low, 180.0, 6);
    assert_close(high, 220.0, 6);
    assert_eq!(band(200.0, None, None), None, "nothing bounds it");
    assert_close(band(10.0, Some(150.0), None).unwrap().0, 0.0, 9);
}

#[test]
fn a_trend_is_a_growth_a_year_within_its_cap() {
    assert_close(100.0 * growth(90.0, 99.0, 2, 0.05), 4.88, 2);
    assert_close(100.0 * growth(90.0, 180.0, 2, 0.05), 5.0, 6);
    assert_close(100.0 * growth(90.0, 9.0, 2, 0.05), -5.0, 6);
    assert_close(growth(0.0, 9.0, 2, 0.05), 0.0, 9);
}

#[test]
fn the_policy_touches_only_those_who_join_by_an_exclusion_and_only_from_its_year() {
    let mut history = vector();
    for (year, group, excluded) in [(2024, 11, 17), (2025, 11, 18), (2024, 9, 26), (2025, 9, 14)] {
        history.cells.get_mut(&(year, group)).unwrap().joined_excluded = Some(excluded);
    }
    let fit = Fit::of(&history, 2025, 5, 2).unwrap();
    let joined: u64 = fit.pairs.iter().flat_map(|pair| &pair.joined).sum();
    let excluded: u64 = fit.pairs.iter().map(|pair| pair.joined_excluded).sum();
    assert_eq!((excluded, joined), (75, 241));
    let factor = |from: i64, year: i64| {
        Scenario::Policy.factor(&fit, &Settings { policy_from: from, ..SETTINGS }, year, 1)
    };
    assert_close(factor(2026, 2026), 1.0 - 0.2 * 75.0 / 241.0, 9);
    assert_close(factor(2027, 2026), 1.0, 9);
    // Of the specification: three in ten by an exclusion, a fifth fewer of them.
    assert_close(1.0 + 0.30 * SETTINGS.policy_pex, 0.94, 9);
}

#[test]
fn places_are_planned_for_the_month_that_needs_most_but_one() {
    let mut history = vector();
    for (year, factor) in [(2023, 1.10), (2024, 1.20), (2025, 198.0 / 171.0)] {
        history.years.insert(year, Whole { is_abnormal: false, planning_factor: Some(factor) });
    }
    assert_close(198.0 / 171.0, 1.1579, 4);
    let all = (3.0 * 198.0 / 171.0 + 2.0 * 1.20 + 1.10) / 6.0;
    assert_close(planning_factor(&history, 2025).unwrap() - all, 0.0, 12);
    history.years.get_mut(&2024).unwrap().is_abnormal = true;
    let left = (3.0 * 198.0 / 171.0 + 2.0 * 1.10) / 5.0;
    assert_close(planning_factor(&history, 2025).unwrap() - left, 0.0, 12);
}

/// Against the plain definitions, by factorials. At a border itself the last digit decides, and either number is right.
#[test]
fn the_smallest_number_above_a_chance_is_that_of_the_distribution() {
    let factorial = |n: u32| (1..=n).fold(1.0, |product, k| product * f64::from(k));
    let assert_smallest = |chances: &[f64], found: &dyn Fn(f64) -> u64| {
        for at in (0..200_u32).map(|at| f64::from(at) / 200.0) {
            let (mut sum, mut wanted, mut is_border) = (0.0, 0, false);
            for chance in chances {
                sum += chance;
                is_border |= (at - sum).abs() < 1e-9;
                if at < sum {
                    break;
                }
                wanted += 1;
            }
            let found = found(at);
            assert!(found.abs_diff(wanted) <= u64::from(is_border), "{found} and not {wanted} at {at}");
        }
    };
    for (among, each) in [(1_u32, 0.5_f64), (7, 0.3), (20, 0.05), (33, 0.95)] {
        let chance = |k: u32| {
            let ways = factorial(among) / factorial(k) / factorial(among - k);
            ways * each.powf(k.into()) * (1.0 - each).powf((among - k).into())
        };
        let chances: Vec<f64> = (0..=among).map(chance).collect();
        assert_smallest(&chances, &|at| binomial(among.into(), each, at));
    }
    for mean in [0.01_f64, 0.7, 3.0, 41.5] {
        let chance = |k: u32| (-mean).exp() * mean.powf(k.into()) / factorial(k);
        let chances: Vec<f64> = (0..150).map(chance).collect();
        assert_smallest(&chances, &|at| poisson(mean, at));
    }
    assert_eq!((binomial(9, 0.0, 0.9), binomial(9, 1.0, 0.1), poisson(0.0, 0.9)), (0, 9, 0));
}

/// Returns six years of one group that others follow, of which the second is abnormal.
fn six_years() -> History {
    let mut history = history(
        2020,
        &[
            (
                10,
                &[60, 20, 64, 66, 70, 72],
                &[40, 10, 42, 44, 45],
                &[2900, 2900, 2950, 2980, 3000, 3050, 3060, 3070],
            ),
            (11, &[70, 30, 70, 74, 80, 84], &[], &[2900, 2900, 2900, 2950, 2980, 3000, 3010, 3020]),
        ],
    );
    history.years.insert(2021, Whole { is_abnormal: true, planning_factor: None });
    history
}

fn key(scenario: Scenario) -> [u8; 32] {
    Sha256::digest(scenario.code().as_bytes()).into()
}

fn row<'a>(all: &'a [Figure], method: &str, scenario: &str, ahead: u32, group: &str) -> &'a Figure {
    all.iter()
        .find(|row| {
            row.method == method && row.scenario == scenario && row.ahead == ahead && row.group == group
        })
        .unwrap()
}

#[test]
fn a_pair_with_an_abnormal_end_is_skipped_for_the_next_older() {
    let history = six_years();
    let years = |least| {
        Fit::of(&history, 2025, 5, least)
            .map(|fit| fit.pairs.iter().map(|pair| pair.year).collect::<Vec<_>>())
    };
    assert_eq!(years(3), Some(vec![2024, 2023, 2022]));
    assert_eq!(Fit::of(&history, 2024, 5, 3), None, "2022 to 2024 are two pairs, and 2020 and 2021 are none");
    assert_eq!(Fit::of(&history, 2024, 5, 2).unwrap().pairs.len(), 2);
}

#[test]
fn a_forecast_is_shown_by_three_ways_with_the_error_that_each_would_have_had() {
    let found = figures(&six_years(), &SETTINGS, 5, key);
    let central = row(&found, "COHORT", "HOLD", 1, "all");
    let naive = row(&found, "NAIVE", "HOLD", 1, "all");
    assert_eq!(central.last_count, 156);
    assert_eq!(naive.headcount, Some(156.0));
    // 140 and 150 were the counts before 150 and 156.
    assert_close(naive.mape.unwrap(), 100.0 * (10.0 / 150.0 + 6.0 / 156.0) / 2.0, 9);
    assert_eq!(central.naive_mape, naive.mape);
    let [low, median, high] = central.drawn.unwrap();
    assert!(low < median && median < high);
    let (shown_low, shown_high) = central.band.unwrap();
    assert!(
        shown_low <= f64::from(u32::try_from(low).unwrap())
            && shown_high >= f64::from(u32::try_from(high).unwrap())
    );
    let parts: f64 =
        ["Y10", "Y11"].map(|group| row(&found, "COHORT", "HOLD", 1, group).headcount.unwrap()).iter().sum();
    assert_close(parts - central.headcount.unwrap(), 0.0, 9);
    let leads: Vec<&str> =
        found.iter().filter(|row| row.is_headline && row.group == "all").map(|row| row.method).collect();
    let expected = if central.mape <= naive.mape { "COHORT" } else { "NAIVE" };
    assert!(!leads.is_empty() && leads.iter().all(|method| *method == expected));
    assert!(
        !found.iter().any(|row| row.method == "COHORT" && row.ahead > 2),
        "no residents are projected beyond 2027"
    );
    assert_eq!(row(&found, "NAIVE", "HOLD", 5, "all").headcount, Some(156.0));
    assert_eq!(found, figures(&six_years(), &SETTINGS, 5, key), "the same rows, the same figures");
}

#[test]
fn with_fewer_than_three_normal_pairs_only_the_last_count_is_carried_on() {
    let mut history = six_years();
    history.years.get_mut(&2022).unwrap().is_abnormal = true;
    let found = figures(&history, &SETTINGS, 2, key);
    let central = row(&found, "COHORT", "HOLD", 1, "all");
    assert_eq!((central.headcount, central.band, central.is_headline), (None, None, false));
    assert!(row(&found, "NAIVE", "HOLD", 2, "all").is_headline);
    assert!(!found.iter().any(|row| row.method == "RATE" || row.scenario != "HOLD"));
}

#[test]
fn a_population_without_anybody_has_rates_all_the_same() {
    let history = history(
        2022,
        &[
            (9, &[0, 0, 0, 0], &[0, 0, 0], &[10, 10, 10, 10, 10]),
            (10, &[0, 0, 0, 0], &[], &[10, 10, 10, 10, 10]),
        ],
    );
    let found = figures(&history, &SETTINGS, 1, key);
    let central = row(&found, "COHORT", "HOLD", 1, "all");
    assert_eq!((central.headcount, central.drawn, central.mape), (Some(0.0), Some([0, 0, 0]), None));
    assert!(
        row(&found, "NAIVE", "HOLD", 1, "all").is_headline,
        "a model whose error is not known leads nobody"
    );
}

fn query(history: &History) -> RecordBatch {
    let rows: Vec<(i64, i64, Cell)> =
        history.cells.iter().map(|((year, group), cell)| (*year, *group, *cell)).collect();
    let of = |count: fn(&Cell) -> Option<u64>| -> ArrayRef {
        let each = rows.iter().map(|(.., cell)| count(cell).map(|count| i64::try_from(count).unwrap()));
        Arc::new(each.collect::<Int64Array>())
    };
    let all = |value: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![value; rows.len()])) };
    let decimal = |value: i128| -> ArrayRef {
        let array = Decimal128Array::from(vec![value; rows.len()]);
        Arc::new(array.with_precision_and_scale(18, 4).unwrap())
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("population", Arc::new(StringArray::from(vec!["ALL"; rows.len()]))),
        ("first_year", Arc::new(Int64Array::from(rows.iter().map(|row| row.0).collect::<Vec<_>>()))),
        ("nc_year", Arc::new(Int64Array::from(rows.iter().map(|row| row.1).collect::<Vec<_>>()))),
        ("key_stage", Arc::new(StringArray::from(vec!["KS4"; rows.len()]))),
        ("headcount", of(|cell| cell.headcount)),
        ("stayed", of(|cell| cell.stayed)),
        ("joined_excluded", of(|cell| cell.joined_excluded)),
        ("residents", of(|cell| cell.residents)),
        ("is_abnormal", Arc::new(rows.iter().map(|row| Some(row.0 == 2021)).collect::<BooleanArray>())),
        ("planning_factor", decimal(11_579)),
        ("forecast_prior", all(5)),
        ("forecast_draws", all(1000)),
        ("trend_cap", decimal(500)),
        ("policy_pex", decimal(-2000)),
        ("policy_from", Arc::new(Int64Array::from(vec![None::<i64>; rows.len()]))),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
        .unwrap()
}

#[test]
fn a_table_says_what_was_counted_what_is_expected_and_how_sure_it_is() {
    let settings = CohortForecast { years: Spanned::new(0..0, 2) };
    let rows = query(&six_years());
    let table = super::compute("needs_assessment.ap_forecast", &settings, &rows).unwrap();
    assert_eq!(table.schema(), super::columns::table());
    let text =
        |name: &str, row: usize| table.column_by_name(name).unwrap().as_string::<i32>().value(row).to_owned();
    assert_eq!((text("made_in", 0), text("forecast_year", 0)), ("2025-26".to_owned(), "2026-27".to_owned()));
    let at = (0..table.num_rows()).find(|row| text("age_group", *row) == "all").unwrap();
    let exact = |name: &str| table.column_by_name(name).unwrap().as_primitive::<Decimal128Type>().value(at);
    let (headcount, fte) = (exact("headcount"), exact("p90_fte"));
    assert!((fte - headcount * 11_579 / 10_000).abs() <= 1, "{fte} for {headcount} children");
    let counted = table.column_by_name("last_count").unwrap().as_primitive::<Int64Type>().value(at);
    assert_eq!(counted, 156);
    // The rows may come in any order, and parameters of other scenarios move no band.
    let backwards: Vec<u64> = (0..rows.num_rows() as u64).rev().collect();
    let columns = rows.columns().iter().map(|column| {
        arrow::compute::take(column, &arrow::array::UInt64Array::from(backwards.clone()), None).unwrap()
    });
    let other_way = RecordBatch::try_new(rows.schema(), columns.collect()).unwrap();
    assert_eq!(super::compute("needs_assessment.ap_forecast", &settings, &other_way).unwrap(), table);
    let other = super::compute("another.ap_forecast", &settings, &rows).unwrap();
    assert_ne!(other, table, "the key has the name of the table");
}

#[test]
fn rows_that_are_no_counts_are_refused() {
    let settings = CohortForecast { years: Spanned::new(0..0, 2) };
    let rows = query(&six_years());
    let twice = arrow::compute::concat_batches(&rows.schema(), [&rows, &rows]).unwrap();
    let refused = super::compute("a.b", &settings, &twice).unwrap_err().to_string();
    assert!(refused.contains("two rows of one population, first_year and nc_year"), "{refused}");
    let nothing = super::compute("a.b", &settings, &rows.slice(0, 0)).unwrap();
    assert_eq!((nothing.num_rows(), nothing.schema()), (0, super::columns::table()));
}

#[test]
fn a_query_that_lacks_a_column_or_counts_in_text_is_a_fault_of_its_own() {
    let model = |text: &str| Model {
        name: "ap_forecast".to_owned(),
        sql: SourceFile::inline("models/ap_forecast.sql", "SELECT 1"),
        file: toml::from_str::<ModelFile>(text).unwrap(),
        settings: Some(SourceFile::inline("models/ap_forecast.toml", text)),
    };
    let rows = query(&six_years());
    let right = model("[computed_table]\ncohort_forecast = { years = 5 }\n");
    assert_eq!(crate::measures::schema(&right, &rows.schema()).unwrap(), super::columns::table());
    let mut fields: BTreeMap<usize, _> = rows.schema().fields().iter().cloned().enumerate().collect();
    fields.remove(&7);
    let text = arrow::datatypes::Field::new("headcount", arrow::datatypes::DataType::Utf8, true);
    fields.insert(4, Arc::new(text));
    let wrong = Arc::new(arrow::datatypes::Schema::new(fields.into_values().collect::<Vec<_>>()));
    let faults = crate::measures::schema(&right, &wrong).unwrap_err().to_string();
    assert!(faults.contains("a forecast needs the column `residents` (a whole number)"), "{faults}");
    assert!(faults.contains("expected a whole number in `headcount`, found Utf8"), "{faults}");
    let far = model("[computed_table]\ncohort_forecast = { years = 11 }\n");
    let faults = crate::measures::schema(&far, &rows.schema()).unwrap_err().to_string();
    assert!(faults.contains("expected 1 to 10 years ahead, found 11"), "{faults}");
}
