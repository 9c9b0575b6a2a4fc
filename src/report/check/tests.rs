use std::collections::BTreeMap;

use super::check;
use crate::diagnostic::Diagnostics;
use crate::report::tests::sample;

fn faults(settings: &str, narrative: &str) -> Diagnostics {
    let exclusions = sample::model("exclusions", sample::EXCLUSIONS);
    let home_education = sample::model("home_education", sample::HOME_EDUCATION);
    let models = BTreeMap::from([
        ("exclusions".to_owned(), (sample::exclusions(&[]).schema(), &exclusions)),
        ("home_education".to_owned(), (sample::home_education().schema(), &home_education)),
    ]);
    check(&sample::report(settings, narrative), &models)
}

/// Lists the place, message and help of every fault, one a line.
fn listed(faults: &Diagnostics) -> Vec<String> {
    faults
        .iter()
        .map(|fault| {
            let place = fault.location().unwrap_or_default();
            let place = place.rsplit_once('/').map_or(place.as_str(), |(_, file)| file).to_owned();
            format!("{place} {} | {}", fault.message(), fault.help().unwrap_or("-"))
        })
        .collect()
}

fn narrative(text: &str) -> Vec<String> {
    let charts = "\n{{chart \"exclusions_trend\"}}{{chart \"home_education_trend\"}}";
    listed(&faults(sample::REPORT, &format!("{text}{charts}")))
}

#[test]
fn the_sample_has_no_fault() {
    assert_eq!(listed(&faults(sample::REPORT, sample::NARRATIVE)), Vec::<String>::new());
}

#[test]
fn a_misspelt_path_is_found_inside_if_and_each_too() {
    assert_eq!(
        narrative("ok\n{{#if (rose permanent_exclusion)}}x{{/if}}"),
        [
            "report.md.hbs:2:13 no `permanent_exclusion` in `permanent_exclusion` | did you mean `permanent_exclusions`?"
        ]
    );
    assert_eq!(
        narrative(
            "{{#if (rose permanent_exclusions)}}\n {{value permanent_exclusions.phase.secndary}}{{/if}}"
        ),
        [
            "report.md.hbs:2:10 no `secndary` in `permanent_exclusions.phase.secndary` | did you mean `secondary`?"
        ]
    );
    assert_eq!(
        narrative("{{#each permanent_exclusions.phase}}{{label}}{{value this}}{{labl}}{{@key}}{{/each}}"),
        ["report.md.hbs:1:62 no `labl` in `labl` | did you mean `label`?"]
    );
    assert_eq!(
        narrative(
            "{{#if (fell permanent_exclusions)}}a{{else if (rose permanent_exclusions)}}b{{else}}{{cuncil}}{{/if}}"
        ),
        ["report.md.hbs:1:87 no `cuncil` in `cuncil` | did you mean `council`?"]
    );
}

#[test]
fn a_misspelt_helper_table_chart_or_indicator_is_found() {
    assert_eq!(
        narrative("{{chnge permanent_exclusions}}"),
        ["report.md.hbs:1:3 no helper `chnge` | did you mean `change`?"]
    );
    assert_eq!(narrative("{{table \"exclusions\"}}")[0], "report.md.hbs:1:10 no table `exclusions` | -");
    assert_eq!(
        narrative("{{chart \"exclusion_trend\"}}")[0],
        "report.md.hbs:1:10 no chart `exclusion_trend` | did you mean `exclusions_trend`?"
    );
    assert_eq!(
        narrative("{{definition \"permanent_exclusion\"}}"),
        ["report.md.hbs:1:15 no indicator `permanent_exclusion` | did you mean `permanent_exclusions`?"]
    );
    assert_eq!(
        narrative("{{#decison}}x{{/decison}}"),
        ["report.md.hbs:1:4 no helper `decison` | did you mean `decision`?"]
    );
}

#[test]
fn a_measure_alone_three_braces_and_a_question_that_is_always_true_are_faults() {
    assert!(narrative("{{permanent_exclusions}}")[0].contains("is a measure, which has no words of its own"));
    assert!(narrative("{{{council}}}")[0].contains("three braces"));
    assert!(narrative("{{#if permanent_exclusions}}x{{/if}}")[0].contains("this is always true"));
    assert!(narrative("{{value council}}")[0].contains("`value` takes a measure"));
    assert!(narrative("{{share permanent_exclusions}}")[0].contains("`share` takes 2 parameters"));
    assert!(narrative("{{> other}}")[0].contains("partials"));
}

#[test]
fn a_template_that_does_not_parse_is_a_fault_at_its_line() {
    let found = narrative("one\n\n{{#if (rose permanent_exclusions)}}x");
    assert!(found[0].starts_with("report.md.hbs:"), "{found:?}");
}

#[test]
fn every_name_of_the_settings_is_looked_up() {
    let cases = [
        (
            "model = \"exclusions\"",
            "model = \"exclusion\"",
            "no model `exclusion` | did you mean `exclusions`?",
        ),
        ("rows = \"phase\"", "rows = \"phse\"", "the model has no column `phse` | did you mean `phase`?"),
        (
            "rows = \"phase\"",
            "rows = \"permanent_exclusions\"",
            "is a measure and cannot head rows or columns",
        ),
        (
            "{ phase = \"secondary\" }",
            "{ phase = \"secndary\" }",
            "expected a code of `phase` in `where`, found `secndary` | did you mean `secondary`?",
        ),
        (
            "{ phase = \"secondary\" }",
            "{ phse = \"secondary\" }",
            "expected a key of the model in `where`, found `phse` | did you mean `phase`?",
        ),
        (
            "table = \"home_education\"\nindicator = \"home_educated\"",
            "table = \"home_education\"\nindicator = \"home_educatd\"",
            "no column `home_educatd` | did you mean `home_educated`?",
        ),
        ("last = 3", "last = 3\nbreaks = { \"2020/21\" = \"w\" }", "expected a period, found `2020/21`"),
        ("last = 3", "last = 3\nbreaks = { \"2020-20\" = \"w\" }", "expected a period, found `2020-20`"),
        ("title = \"{{trend home_educated}}\"", "title = \"{{trend home_educatd}}\"", "no `home_educatd`"),
        ("line = { x", "bar = { x = \"academic_year\", y = \"home_educated\" }\nline = { x", "has 2 kinds"),
        (
            "{{since_first home_educated}}",
            "{{since_frst home_educated}}",
            "no helper `since_frst` | did you mean `since_first`?",
        ),
        (
            "columns = \"academic_year\"\nperiod = \"academic_year\"\nlast = 3\nchange = true",
            "",
            "which `academic_year` its rows are of",
        ),
    ];
    for (right, wrong, expected) in cases {
        assert!(sample::REPORT.contains(right), "{right}");
        let found = listed(&faults(&sample::REPORT.replacen(right, wrong, 1), sample::NARRATIVE));
        assert!(found.iter().any(|fault| fault.contains(expected)), "{expected}: {found:?}");
        assert!(found.iter().all(|fault| fault.starts_with("report.")), "{found:?}");
    }
}

#[test]
fn a_path_in_a_title_is_pointed_at_within_its_line() {
    let settings = sample::REPORT.replace("{{trend home_educated}}", "{{trend home_educatd}}");
    let found = faults(&settings, sample::NARRATIVE);
    let drawn = found.to_string();
    assert!(drawn.contains("| title = \"{{trend home_educatd}}\"\n"), "{drawn}");
    assert!(drawn.contains("|                  ^^^^^^^^^^^^\n"), "{drawn}");
}

/// F56: each letter of each name of the sample, changed: every one is a fault.
#[test]
fn every_mutated_name_of_the_narrative_is_refused() {
    let text = sample::NARRATIVE;
    let mut mutants = 0;
    for (at, _) in text.match_indices("{{") {
        let end = at + text[at..].find("}}").unwrap();
        for place in at + 2..end {
            let letter = text.as_bytes()[place];
            if !letter.is_ascii_lowercase() || letter == b'q' || text[at..end].contains("commentary") {
                continue;
            }
            let mutant = format!("{}q{}", &text[..place], &text[place + 1..]);
            let found = faults(sample::REPORT, &mutant);
            assert!(found.has_errors(), "not refused: {}", &mutant[at..end + 2]);
            mutants += 1;
        }
    }
    assert!(mutants > 200, "{mutants}");
}

/// Returns the faults of the sample with one more chart.
fn chart(kind: &str) -> Vec<String> {
    let settings = format!(
        "{}[charts.more]\ntable = \"exclusions_by_phase\"\ntitle = \"More\"\n{kind}\n",
        sample::REPORT
    );
    let faults = listed(&faults(&settings, &format!("{}{{{{chart \"more\"}}}}", sample::NARRATIVE)));
    let place = |fault: String| fault.split_once(' ').map(|(_, rest)| rest.to_owned()).unwrap_or(fault);
    faults.into_iter().map(place).collect()
}

#[test]
fn every_column_of_every_kind_of_chart_is_looked_up() {
    let good =
        "dot = { x = \"phase\", y = \"permanent_exclusions\", reference = { at = \"1.5\", label = \"r\" } }";
    assert_eq!(chart(good), Vec::<String>::new());
    assert_eq!(
        chart("dot = { x = \"phase\", y = \"permanent_exclusions\", lower = \"permanent_exclusion\" }"),
        [
            "chart `more` has one end of an interval | give it both `lower` and `upper`",
            "the model has no column `permanent_exclusion` | did you mean `permanent_exclusions`?"
        ]
    );
    assert_eq!(
        chart(
            "dot = { x = \"phase\", y = \"permanent_exclusions\", reference = { at = \"one\", label = \"r\" } }"
        ),
        ["expected a number, found `one` | write plain digits, such as \"1\" or \"0.5\""]
    );
    assert_eq!(
        chart(
            "funnel = { x = \"phase\", size = \"phase\", y = \"permanent_exclusions\", \
             limits = [{ label = \"95%\", lower = \"low\", upper = \"permanent_exclusions\" }] }"
        ),
        ["expected a measure, found `phase`, which names rows | -", "the model has no column `low` | -"]
    );
    assert_eq!(
        chart("bridge = { x = \"phase\", y = \"permanent_exclusions\", totals = [\"primry\"] }"),
        ["expected a code of `phase`, found `primry` | did you mean `primary`?"]
    );
    assert_eq!(
        chart(
            "band = { x = \"phase\", y = \"permanent_exclusions\", lower = \"low\", upper = \"permanent_exclusions\", \
             middle = \"phase\" }"
        ),
        ["the model has no column `low` | -", "expected a measure, found `phase`, which names rows | -"]
    );
    assert_eq!(
        chart(
            "bar = { x = \"phase\", y = \"permanent_exclusions\" }\nbridge = { x = \"phase\", y = \"permanent_exclusions\", totals = [] }"
        ),
        [
            "chart `more` has 2 kinds | give it one of `stacked_bar`, `bar`, `line`, `dot`, `funnel`, `bridge` and `band`",
            "expected `totals` for a bridge, found none | name the codes of `x` that are levels; the others are changes"
        ]
    );
}

#[test]
fn a_name_that_could_leave_its_folder_is_refused() {
    let settings = sample::REPORT.replace("[charts.exclusions_trend]", "[charts.\"../exclusions\"]");
    let found = listed(&faults(&settings, "{{chart \"home_education_trend\"}}"));
    assert!(found.iter().any(|fault| fault.contains("expected a name, found `../exclusions`")), "{found:?}");
}

/// A narrative that uses every form of the grammar, and the sample's charts.
const GRAMMAR: &str = "\
{{#if (rose permanent_exclusions.phase.secondary)}}Up: {{change permanent_exclusions}}.{{else}}{{trend permanent_exclusions}}{{/if}}
{{#unless (fell permanent_exclusions)}}{{value permanent_exclusions.phase.primary}}{{/unless}}
{{#if (and (present permanent_exclusions) (not (fell home_educated)))}}{{since_first home_educated}}{{/if}}
{{#each permanent_exclusions.phase}}{{label}} {{part}} {{current}} {{previous}} {{first}} {{unit}} {{value this}}{{/each}}
{{#with permanent_exclusions}}{{label}}{{/with}}
{{share permanent_exclusions.phase.secondary permanent_exclusions}} in {{period}} against {{previous_period}}, {{council}}
{{largest permanent_exclusions.phase}} {{largest_rise permanent_exclusions.phase}} {{largest_fall permanent_exclusions.phase}}
{{describe exclusions_by_phase}} {{as_at}} {{as_of}} {{marking}} {{service}} {{edition}}
{{#decision}}{{value home_education.home_educated}}{{/decision}}
{{chart \"exclusions_trend\"}} {{chart \"home_education_trend\"}} {{table \"exclusions_by_phase\"}}
{{definition \"permanent_exclusions\"}} {{key_figures}} {{data_quality}} {{method}}
";

/// Finds every name within braces: where it begins and ends.
fn names(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let (mut inside, mut start) = (false, None);
    for (at, letter) in text.char_indices() {
        let of_name = inside && (letter.is_ascii_lowercase() || letter == '_');
        match (of_name, start) {
            (true, None) => start = Some(at),
            (false, Some(begun)) => {
                found.push(begun..at);
                start = None;
            }
            _ => {}
        }
        match letter {
            '{' => inside = true,
            '}' => inside = false,
            _ => {}
        }
    }
    found
}

/// Returns a name as mistyped: a letter lost, doubled, exchanged or added.
fn mistyped(name: &str) -> Vec<String> {
    let middle = name.len() / 2;
    let (before, after) = name.split_at(middle);
    let mut exchanged: Vec<char> = name.chars().collect();
    exchanged.swap(0, name.len() - 1);
    let all = [
        format!("{}{after}", &before[..before.len().saturating_sub(1)]),
        format!("{before}{}{after}", &after[..1]),
        exchanged.into_iter().collect(),
        format!("{name}x"),
    ];
    all.into_iter().filter(|wrong_name| wrong_name != name && !wrong_name.is_empty()).collect()
}

#[test]
fn q12_f56_every_mistyped_name_in_a_template_is_refused_before_data_at_its_line() {
    assert_eq!(listed(&faults(sample::REPORT, GRAMMAR)), Vec::<String>::new());
    let mut tried = 0;
    for place in names(GRAMMAR) {
        for wrong_name in mistyped(&GRAMMAR[place.clone()]) {
            let mut wrong = GRAMMAR.to_owned();
            wrong.replace_range(place.clone(), &wrong_name);
            let found = faults(sample::REPORT, &wrong);
            let line = GRAMMAR[..place.start].matches('\n').count() + 1;
            let words = listed(&found).join("\n");
            assert!(found.has_errors(), "line {line}: `{wrong_name}` for `{}` is taken", &GRAMMAR[place]);
            // A block that is not closed is known at its end or at the end of the template only.
            let at_line = words.contains(&format!("report.md.hbs:{line}:"));
            let block = GRAMMAR[..place.start].ends_with(['#', '/']) || &GRAMMAR[place.clone()] == "else";
            assert!(at_line || block, "line {line}: `{wrong_name}`: {words}");
            tried += 1;
        }
    }
    assert!(tried >= 200, "{tried} mistakes");
    for strange in [
        "{{> partial}}",
        "{{lookup permanent_exclusions.phase \"primary\"}}",
        "{{{council}}}",
        "{{#if}}x{{/if}}",
    ] {
        let found = faults(sample::REPORT, &format!("{GRAMMAR}{strange}"));
        assert!(found.has_errors(), "{strange} is taken");
    }
}

#[test]
fn a_table_and_a_key_figure_of_a_forecast_say_that_it_is_one() {
    let settings = format!("kind = \"forecast\"\n{}", sample::EXCLUSIONS);
    let exclusions = sample::model("exclusions", &settings);
    let home_education = sample::model("home_education", sample::HOME_EDUCATION);
    let models = BTreeMap::from([
        ("exclusions".to_owned(), (sample::exclusions(&[]).schema(), &exclusions)),
        ("home_education".to_owned(), (sample::home_education().schema(), &home_education)),
    ]);
    let found = listed(&check(&sample::report(sample::REPORT, sample::NARRATIVE), &models));
    let titles =
        found.iter().filter(|fault| fault.contains("`exclusions` holds a forecast, and the title of table"));
    assert!(titles.count() >= 1, "{found:?}");
    let figures =
        found.iter().filter(|fault| fault.contains("is a forecast, and the key figure does not say so"));
    assert!(figures.count() >= 1, "{found:?}");
    assert!(!found.iter().any(|fault| fault.contains("home_education` holds a forecast")), "{found:?}");
}
