//! One small report, with the figures of permanent exclusions and home education that every test reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use chrono::{NaiveDate, TimeZone};

use crate::calendar::{Period, Reported};
use crate::diagnostic::SourceFile;
use crate::disclosure::{Cleared, Limits, clear};
use crate::project::{Model, Report};
use crate::report::{Document, Facts, RowFacts, SourceFact, build};

pub(in crate::report) const EXCLUSIONS: &str = r#"
title = "Permanent exclusions by phase"
grain = ["academic_year", "phase"]
[labels.phase]
primary = "Primary"
secondary = "Secondary"
special = "Special"
[indicators.permanent_exclusions]
definition = "Permanent exclusions confirmed in the local log, by the phase of the excluding school"
count_basis = "local log"
unit = "events"
[disclosure]
counts = ["permanent_exclusions"]
hierarchies = { phase = "all" }
"#;

pub(in crate::report) const HOME_EDUCATION: &str = r#"
title = "Home education"
grain = ["academic_year"]
[indicators.home_educated]
label = "Children educated at home"
definition = "Children known to be educated at home on 1 September after the year"
count_basis = "home education log"
unit = "pupils"
[disclosure]
counts = ["home_educated"]
"#;

pub(in crate::report) const REPORT: &str = r#"
title = "Annual needs assessment"
period = "academic_year"
recipients = ["commissioners"]
headline = "Permanent exclusions {{change permanent_exclusions}}; children educated at home {{since_first home_educated}}."

[[key_figures]]
table = "exclusions_by_phase"
indicator = "permanent_exclusions"
label = "permanent exclusions"

[[key_figures]]
table = "exclusions_by_phase"
indicator = "permanent_exclusions"
where = { phase = "secondary" }
label = "of them from secondary schools"

[[key_figures]]
table = "home_education"
indicator = "home_educated"
label = "children educated at home"
compare = "first"

[tables.exclusions_by_phase]
model = "exclusions"
rows = "phase"
columns = "academic_year"
period = "academic_year"
last = 3
change = true
note = "Special schools are not included in the total of the log."

[tables.home_education]
model = "home_education"
rows = "academic_year"
period = "academic_year"

[charts.exclusions_trend]
table = "exclusions_by_phase"
title = "{{trend permanent_exclusions}}"
alt = "{{describe exclusions_by_phase}}"
stacked_bar = { x = "academic_year", y = "permanent_exclusions", series = "phase" }

[charts.home_education_trend]
table = "home_education"
title = "{{trend home_educated}}"
line = { x = "academic_year", y = "home_educated" }
"#;

pub(in crate::report) const NARRATIVE: &str = r#"{{#decision}}
The panel is asked to weigh the need for the year ahead against **commissioned places**.
{{/decision}}

## Exclusions

Permanent exclusions {{change permanent_exclusions}}. {{#if (rose permanent_exclusions.phase.secondary)}}Secondary schools account for the rise{{else}}Most of the fall is in {{largest_fall permanent_exclusions.phase}} schools{{/if}}.
Secondary schools account for {{share permanent_exclusions.phase.secondary permanent_exclusions}} of them.

{{chart "exclusions_trend"}}
{{table "exclusions_by_phase"}}
{{commentary "exclusions"}}

## Home education

Children educated at home {{since_first home_educated}}.

{{chart "home_education_trend"}}
{{table "home_education"}}
{{data_quality}}
{{method}}
"#;

/// One year's primary, secondary and special.
pub(in crate::report) type Year<'a> = (&'a str, [i64; 3]);

pub(in crate::report) const YEARS: [Year<'static>; 4] =
    [("2016-17", [29, 93, 0]), ("2017-18", [22, 97, 0]), ("2018-19", [15, 89, 0]), ("2019-20", [11, 60, 0])];

pub(in crate::report) fn model(name: &str, settings: &str) -> Model {
    Model {
        name: name.to_owned(),
        sql: SourceFile::inline(&format!("models/{name}.sql"), "SELECT 1"),
        file: toml::from_str(settings).unwrap(),
        settings: Some(SourceFile::inline(&format!("models/{name}.toml"), settings)),
    }
}

pub(in crate::report) fn exclusions(years: &[Year]) -> RecordBatch {
    let (mut names, mut phases, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for (year, parts) in years {
        for (phase, count) in
            ["primary", "secondary", "special"].into_iter().zip(parts).chain([("all", &parts.iter().sum())])
        {
            names.push(*year);
            phases.push(phase);
            counts.push(*count);
        }
    }
    RecordBatch::try_from_iter([
        ("academic_year", Arc::new(StringArray::from(names)) as ArrayRef),
        ("phase", Arc::new(StringArray::from(phases))),
        ("permanent_exclusions", Arc::new(Int64Array::from(counts))),
    ])
    .unwrap()
}

pub(in crate::report) fn home_education() -> RecordBatch {
    RecordBatch::try_from_iter([
        (
            "academic_year",
            Arc::new(StringArray::from(vec![
                "2013-14", "2014-15", "2015-16", "2016-17", "2017-18", "2018-19",
            ])) as ArrayRef,
        ),
        ("home_educated", Arc::new(Int64Array::from(vec![91, 121, 150, 187, 240, 293]))),
    ])
    .unwrap()
}

pub(in crate::report) fn report(settings: &str, narrative: &str) -> Report {
    Report {
        name: "needs_assessment".to_owned(),
        file: toml::from_str(settings).unwrap(),
        source: SourceFile::inline("report-templates/needs_assessment/report.toml", settings),
        narrative: SourceFile::inline("report-templates/needs_assessment/report.md.hbs", narrative),
    }
}

pub(in crate::report) fn facts() -> Facts {
    let source = |table: &str, label: &str, age_days, max_age_days| SourceFact {
        table: table.to_owned(),
        label: label.to_owned(),
        newest: NaiveDate::from_ymd_opt(2019, 9, 25).unwrap(),
        age_days,
        max_age_days,
        quality: crate::store::Quality::default(),
        pounds_set_aside: std::collections::BTreeMap::new(),
    };
    Facts {
        council: "Demo City Council".to_owned(),
        service: "Alternative provision commissioning".to_owned(),
        marking: "OFFICIAL-SENSITIVE".to_owned(),
        period: Reported::whole(Period::AcademicYear(2018)),
        as_at: NaiveDate::from_ymd_opt(2019, 8, 31).unwrap(),
        as_of: chrono_tz::Europe::London.with_ymd_and_hms(2019, 10, 7, 6, 0, 0).unwrap(),
        edition: "needs_assessment ay2018-19 no. 1".to_owned(),
        run: "2019-10-07T06:00".to_owned(),
        reply_to: "commissioning@demo-city.example".to_owned(),
        sources: vec![
            source("outcomes.exclusions", "exclusions", 12, Some(120)),
            source("outcomes.home_education", "home education", 40, Some(30)),
        ],
        missing: Vec::new(),
        rows: RowFacts { read: 118_204, published: 118_170, quarantined: 31, duplicates: 3 },
        draft: false,
        threshold: 5,
        parameters: vec![("suppression_threshold".to_owned(), "5".to_owned())],
        commentary: BTreeMap::new(),
        earlier: None,
        redefined: Vec::new(),
        attachments: vec!["needs_assessment.xlsx: every table, as a workbook".to_owned()],
    }
}

pub(in crate::report) fn tables(years: &[Year]) -> BTreeMap<String, Cleared> {
    let limits = Limits::default();
    BTreeMap::from([
        (
            "exclusions".to_owned(),
            clear(&[exclusions(years)], &model("exclusions", EXCLUSIONS), &limits).unwrap(),
        ),
        (
            "home_education".to_owned(),
            clear(&[home_education()], &model("home_education", HOME_EDUCATION), &limits).unwrap(),
        ),
    ])
}

/// Returns the sample with these years.
pub(in crate::report) fn document(years: &[Year]) -> Document {
    build(&report(REPORT, NARRATIVE), &tables(years), &facts()).unwrap()
}
