use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};

use super::rendered::{file, templates};
use super::sample;
use crate::disclosure::{Cleared, Limits, clear};
use crate::report::{build, render};

const TABLES: usize = 12;
const CHARTS: usize = 4;
const PROVIDERS: usize = 25;
const YEARS: usize = 6;

/// Returns the cleared rows of one model: providers by year, with their total.
fn rows() -> BTreeMap<String, Cleared> {
    let (mut years, mut providers, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for year in 0..YEARS {
        let mut total = 0;
        for provider in 0..PROVIDERS {
            let count = i64::try_from(40 + (provider * 37 + year * 11) % 90).unwrap();
            total += count;
            years.push(format!("20{}-{}", 13 + year, 14 + year));
            providers.push(format!("Provider {provider}"));
            counts.push(count);
        }
        years.push(format!("20{}-{}", 13 + year, 14 + year));
        providers.push("all".to_owned());
        counts.push(total);
    }
    let batch = RecordBatch::try_from_iter([
        ("academic_year", Arc::new(StringArray::from(years)) as ArrayRef),
        ("provider", Arc::new(StringArray::from(providers))),
        ("placements", Arc::new(Int64Array::from(counts))),
    ])
    .unwrap();
    let model = sample::model(
        "placements",
        "grain = [\"academic_year\", \"provider\"]\n[indicators.placements]\ndefinition = \"Placements\"\n\
         count_basis = \"register\"\nunit = \"placements\"\n[disclosure]\ncounts = [\"placements\"]\n\
         hierarchies = { provider = \"all\" }\n",
    );
    let limits = Limits::default();
    BTreeMap::from([("placements".to_owned(), clear(&[batch], &model, &limits).unwrap())])
}

/// 150 editions to all media, and 150 times the workbook alone; `tests/bench/editions` sets it beside
/// `XlsxWriter`.
#[test]
#[ignore = "a measure: tests/bench/editions"]
#[expect(clippy::print_stdout, reason = "a measure prints its figures")]
fn measure_150_editions_to_all_media() {
    let mut settings = "title = \"T\"\nperiod = \"academic_year\"\nrecipients = []\nheadline = \"Placements {{change t0.placements}}.\"\n".to_owned();
    let mut narrative = String::new();
    for at in 0..TABLES {
        write!(
            settings,
            "[tables.t{at}]\nmodel = \"placements\"\nrows = \"provider\"\ncolumns = \"academic_year\"\n\
             period = \"academic_year\"\nlast = 6\nchange = true\n"
        )
        .unwrap();
        if at < CHARTS {
            write!(
                settings,
                "[charts.c{at}]\ntable = \"t{at}\"\ntitle = \"{{{{trend t{at}.placements}}}}\"\n\
                 line = {{ x = \"academic_year\", y = \"placements\", series = \"provider\" }}\n"
            )
            .unwrap();
            write!(narrative, "{{{{chart \"c{at}\"}}}}{{{{table \"t{at}\"}}}}\n\n").unwrap();
        }
    }
    let report = sample::report(&settings, &narrative);
    let (tables, facts, templates) = (rows(), sample::facts(), templates());

    let begun = Instant::now();
    let mut bytes = 0;
    for _ in 0..150 {
        let document = build(&report, &tables, &facts).unwrap();
        let rendered = render(&document, &templates, "bench").unwrap();
        bytes += rendered.files.values().map(Vec::len).sum::<usize>();
    }
    let all = begun.elapsed().as_secs_f64();
    let document = build(&report, &tables, &facts).unwrap();
    let begun = Instant::now();
    for _ in 0..150 {
        bytes += file(&document, &templates, "xlsx").len();
    }
    let books = begun.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: not known").to_owned();
    let path = std::env::temp_dir().join("sufficiency-bench.xlsx");
    std::fs::write(&path, file(&document, &templates, "xlsx")).unwrap();
    println!("all media: {:.1} editions a second ({bytes} bytes in all)", 150.0 / all);
    println!("workbook alone: {:.1} a second", 150.0 / books);
    println!("{peak}");
    println!("wrote {}", path.display());
}
