//! What readers get, opened by what readers open it with: Chromium, mail programs' limits, spreadsheets.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use sufficiency::job::{Alone, Options};
use sufficiency::run;
use sufficiency::run::Selection;

use crate::council::Council;

/// Returns a small demo council, made once: by `tests/run demo`, where `SUFFICIENCY_SMALL_DEMO` says where, or here.
pub(crate) fn demo() -> &'static Path {
    static DEMO: OnceLock<PathBuf> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("email-demo");
        let _ = std::fs::remove_dir_all(&folder);
        if let Some(made) = std::env::var_os("SUFFICIENCY_SMALL_DEMO") {
            crate::council::copy(Path::new(&made), &folder);
            return folder;
        }
        let made = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
            .args(["demo", "--pupils", "2000", "--years", "2", "--dir"])
            .arg(&folder)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        folder
    })
}

/// The reports that the repository ships.
const REPORTS: usize = 7;

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Returns where `tests/run install` puts the packages of `tests/web`; `None`, loudly, where it has not.
pub(crate) fn web() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/web");
    let there = folder.join("node_modules/axe-core").is_dir() && Path::new("/usr/bin/chromium").exists();
    if !there {
        eprintln!(
            "NOT RUN: what Chromium and the checkers of HTML say, because `tests/run install` was not run"
        );
        assert!(std::env::var_os("CI").is_none(), "in CI this must run");
    }
    there.then_some(folder)
}

/// Runs a program, which must end well, and returns what it says.
pub(crate) fn said(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Prepares a script of `tests/web`, to be run where its packages are.
pub(crate) fn node(web: &Path, script: &str) -> Command {
    std::fs::copy(tests().join("web").join(script), web.join(script)).unwrap();
    let mut node = Command::new("node");
    node.current_dir(web).arg(script);
    node
}

/// Returns what Chromium and axe find in every page of the demo, at three widths in two schemes.
fn opened() -> Option<&'static Vec<Value>> {
    static OPENED: OnceLock<Option<Vec<Value>>> = OnceLock::new();
    OPENED
        .get_or_init(|| {
            let out = demo().join("opened.json");
            said(node(&web()?, "open.mjs").arg(demo().join("store/editions")).arg(&out));
            Some(serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap())
        })
        .as_ref()
}

/// Returns what the editions' own readers find in them, by goal.
fn read() -> &'static Value {
    static READ: OnceLock<Value> = OnceLock::new();
    READ.get_or_init(|| {
        let mut python = Command::new("python3");
        let found = said(python.arg(tests().join("python/editions.py")).arg(demo()));
        let found: Value = serde_json::from_str(&found).unwrap();
        assert_eq!(found["editions"].as_array().unwrap().len(), REPORTS, "{}", found["editions"]);
        assert!(
            found["tables"].as_u64().unwrap() >= 8 && found["pictures"].as_u64().unwrap() >= 2,
            "{found}"
        );
        // At most two pictures an email, and none that is drawn and not shown.
        assert_eq!(found["pictures"], found["drawn"], "{found}");
        found
    })
}

fn assert_met(goal: &str) {
    let faults = read()[goal].as_array().unwrap();
    assert!(faults.is_empty(), "{goal}: {faults:#?}");
}

#[test]
fn q1_axe_finds_nothing_at_three_widths_in_light_and_dark() {
    let Some(pages) = opened() else { return };
    assert_eq!(pages.len(), REPORTS * 3 * 2, "an email of each report, three widths, two schemes");
    for page in pages {
        assert!(page["passed"].as_u64().unwrap() > 10, "axe looked at little: {page}");
        assert_eq!(page["violations"], serde_json::json!([]), "{} {}", page["page"], page["width"]);
        assert_eq!(page["sideways"], 0, "{} scrolls sideways at {}", page["page"], page["width"]);
        assert_eq!(page["broken"], 0, "{} lacks a picture", page["page"]);
        assert_eq!(
            (&page["active"], &page["events"]),
            (&0.into(), &serde_json::json!([])),
            "{}",
            page["page"]
        );
    }
}

/// Attributes that HTML calls obsolete and Outlook's Word engine lays out by; said once, for all elements.
const OBSOLETE: [&str; 6] = ["align", "valign", "width", "cellpadding", "cellspacing", "border"];

#[test]
fn q2_the_html_is_valid_but_for_the_attributes_that_outlook_needs() {
    let Some(web) = web() else { return };
    let mut pages = Vec::new();
    for report in std::fs::read_dir(demo().join("store/editions")).unwrap() {
        let report = report.unwrap().path();
        // The program's own messages to owners are no editions.
        if report.ends_with("_notices") {
            continue;
        }
        for period in std::fs::read_dir(report).unwrap() {
            for edition in std::fs::read_dir(period.unwrap().path()).unwrap() {
                pages.push(edition.unwrap().path().join("email.html"));
            }
        }
    }
    assert_eq!(pages.len(), REPORTS);
    let mut checker = Command::new("java");
    checker.arg("-jar").arg(web.join("node_modules/vnu-jar/build/dist/vnu.jar"));
    let output = checker.args(["--format", "json", "--exit-zero-always"]).args(&pages).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stderr)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let messages = report["messages"].as_array().unwrap();
    assert!(!messages.is_empty(), "the checker says nothing of attributes that it always speaks of");
    for message in messages {
        let words = message["message"].as_str().unwrap();
        let listed = words.contains("is obsolete")
            && OBSOLETE.iter().any(|name| words.starts_with(&format!("The “{name}” attribute on the “")));
        assert!(listed, "{}: {words}", message["url"]);
    }
}

/// What a program lacks and the emails use all the same, because they lose nothing without it.
const APPROVED: [(&str, &str); 5] = [
    ("<style> element", "only adapts to narrow screens and dark schemes"),
    ("@media", "the same"),
    ("table-layout", "keeps one wide table from widening the page where it is known"),
    ("white-space", "keeps a figure on one line where it is known"),
    ("<wbr> element", "only lets a narrow screen break a year in two"),
];

#[test]
fn q3_no_mail_program_that_matters_lacks_what_the_emails_use() {
    let Some(web) = web() else { return };
    let found = said(node(&web, "clients.mjs").arg(demo().join("store/editions")));
    let found: Value = serde_json::from_str(&found).unwrap();
    let lacking: Vec<&str> =
        found.as_object().unwrap().keys().filter_map(|issue| issue.strip_prefix("errors ")).collect();
    assert!(lacking.contains(&"@media"), "the checker no longer sees what Outlook lacks: {lacking:?}");
    for feature in lacking {
        assert!(APPROVED.iter().any(|(known, _)| *known == feature), "{feature}: {found:#}");
    }
}

#[test]
fn q4_pages_pictures_and_messages_are_within_their_limits() {
    assert_met("Q4");
}

#[test]
fn q5_every_picture_says_its_finding_and_has_its_table() {
    assert_met("Q5");
}

#[test]
fn q6_page_letter_workbook_and_csv_hold_the_same_figures() {
    assert_met("Q6");
}

#[test]
fn q8_workbooks_keep_the_rules_of_the_analysis_function_and_pandas_reads_them() {
    assert_met("Q8");
}

#[test]
fn q11_headlines_titles_and_sentences_are_short() {
    assert_met("Q11");
}

const SETTINGS: &str = "fixed_clock = \"2024-04-10T06:00\"\n\
     [connections.finance_share]\nfolder = { path = \"extracts\" }\n\
     [mail]\nfrom = \"AP commissioning <ap.reports@council.example>\"\n\
     folder = { path = \"./mail\" }\nallow_domains = [\"council.example\"]\n";

const HEADER: &str =
    ",Supplier ID,Supplier ID(T),Amount,Account,Account(T),Payment Date,TransNo,Service(T),Cost Centre(T)\n";

#[test]
fn a_pupil_number_in_an_officers_words_is_held_with_code_31_its_place_named_and_its_value_not() {
    let council = Council::of("payments");
    council.write("settings.toml", SETTINGS);
    council.write(
        "extracts/wolver_apr_2023.csv",
        format!("{HEADER}DETAIL,700001,One,\"1,500.00\",R5037,AP,12/04/2023,1001,E,AP\n"),
    );
    let narrative = "report-templates/cost_review/report.md.hbs";
    let words = std::fs::read_to_string(council.path(narrative)).unwrap();
    council.write(narrative, format!("{words}\n{{{{commentary \"spend\"}}}}\n"));
    council.write("commentary/cost_review/fy2023-24/spend.md", "The place of A823432112001 cost most.\n");
    let failure = council.failure();
    let message = failure.to_string();
    assert_eq!(failure.code(), 31, "{message}");
    assert!(
        message.contains("HTML part") && message.contains("looks like a unique pupil number"),
        "{message}"
    );
    assert!(!message.contains("A823432112001"), "{message}");
    assert!(council.emails().is_empty());
    for notice in council.notices() {
        let notice = std::fs::read_to_string(notice).unwrap();
        assert!(!notice.contains("A823432112001"), "the owner is shown the place alone: {notice}");
    }
}

#[test]
fn a_layout_of_the_councils_own_surrounds_its_emails_and_is_read_back_like_the_rest() {
    let with = |page: String| {
        let council = Council::of("payments");
        council.write("settings.toml", SETTINGS);
        council.write(
            "extracts/wolver_apr_2023.csv",
            format!("{HEADER}DETAIL,700001,One,\"1,500.00\",R5037,AP,12/04/2023,1001,E,AP\n"),
        );
        council.write("report-templates/_layout/email.html.hbs", page);
        council
    };
    let own = include_str!("../../report-templates/_layout/email.html.hbs");
    let council = with(own.replace("<h1 ", "<p>A823432112001</p><h1 "));
    assert_eq!(council.failure().code(), 31);
    assert!(council.emails().is_empty());
    let council = with(own.replace("<h1 ", "<p>{{counsil}}</p><h1 "));
    let failure = council.failure();
    assert_eq!(failure.code(), 2, "{failure}");
    let words = failure.to_string();
    assert!(words.contains("no `counsil` here") && words.contains("email.html.hbs:16:"), "{words}");
    assert!(council.emails().is_empty());
    let council = with(own.replace("#12436d", "#00703c"));
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let email = std::fs::read_to_string(&council.emails()[0]).unwrap();
    assert!(email.replace("=\r\n", "").contains("background:#00703c"), "{email}");
}

#[test]
fn a_layout_that_is_put_back_makes_a_revision_that_can_be_sent() {
    const LAYOUT: &str = "report-templates/_layout/email.html.hbs";
    let own = include_str!("../../report-templates/_layout/email.html.hbs");
    let council = Council::of("payments");
    council.write("settings.toml", SETTINGS);
    council.write(
        "extracts/wolver_apr_2023.csv",
        format!("{HEADER}DETAIL,700001,One,\"1,500.00\",R5037,AP,12/04/2023,1001,E,AP\n"),
    );
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(council.emails().len(), 1);
    let by_hand = || sufficiency::post::send_edition(&council.open(), "cost_review", None, None);

    council.write(LAYOUT, own.replace("{{body~}}", "<div style=\"display:none\">{{body~}}</div>"));
    let notes = council.run_all().closing_lines().join("\n");
    assert!(notes.contains("r2: the layout changed since revision 1"), "{notes}");
    let refused = by_hand().unwrap_err();
    assert_eq!(refused.code(), 31, "{refused}");
    assert_eq!(council.emails().len(), 1);

    council.write(LAYOUT, own);
    let notes = council.run_all().closing_lines().join("\n");
    assert!(
        notes.contains(
            "r2.2: the layout changed; it takes the place of cost_review-fy2023-24-r2, which nobody has"
        ),
        "{notes}"
    );
    assert_eq!(council.emails().len(), 1, "a changed edition never leaves by itself");
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(by_hand().unwrap().delivered, 0, "whoever has revision 1 has what this one holds");
    let decision = sufficiency::post::Decision { by: "head.of.service", reason: "nothing" };
    let correct = || sufficiency::post::correct(&council.open(), "cost_review", None, decision);
    let nothing = correct().unwrap_err();
    assert_eq!(nothing.code(), 2, "{nothing}");

    let list = std::fs::read_to_string(council.path("recipients.toml")).unwrap();
    let longer = list.replace(
        "to = [\"ap.commissioner@council.example\"]",
        "to = [\"ap.commissioner@council.example\", \"new@council.example\"]",
    );
    assert_ne!(list, longer);
    council.write("recipients.toml", longer);
    let sent = by_hand().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!((sent.editions[0].as_str(), sent.delivered), ("cost_review-fy2023-24-r2.2", 1));
    assert_eq!(council.emails().len(), 2, "the new reader alone");
    assert_eq!(by_hand().unwrap().delivered, 0, "nothing is sent twice");
    council.run_all();
    assert_eq!(council.emails().len(), 2);
}

#[test]
fn f61_one_report_of_ten_cannot_be_made_and_the_other_nine_are_sent() {
    let council = Council::of("payments");
    council.write("settings.toml", SETTINGS);
    council.write(
        "extracts/wolver_apr_2023.csv",
        format!(
            "{HEADER}DETAIL,700001,One,\"1,500.00\",R5037,AP,12/04/2023,1001,E,AP\n\
             DETAIL,700001,One,700.00,R5037,AP,12/05/2023,1002,E,AP\n"
        ),
    );
    let model = "pipelines/cost_review/models/ap_spend_by_month.toml";
    let settings = std::fs::read_to_string(council.path(model)).unwrap();
    council.write(model, settings.replace("[labels.month]\nall = \"Total\"\n", ""));
    let report = std::fs::read_to_string(council.path("report-templates/cost_review/report.toml")).unwrap();
    let words = std::fs::read_to_string(council.path("report-templates/cost_review/report.md.hbs")).unwrap();
    let mut names = vec!["cost_review".to_owned()];
    for number in 2..=10 {
        let name = format!("cost_review_{number}");
        // April and May are no levels of one account: a bridge from one to the other adds up to neither.
        let broken = "bridge = { x = \"month\", y = \"spend\", totals = [\"2023-04\", \"2023-05\"] }";
        let own = if number == 4 {
            report.replace("bar = { x = \"month\", y = \"spend\" }", broken)
        } else {
            report.clone()
        };
        council.write(&format!("report-templates/{name}/report.toml"), own);
        council.write(&format!("report-templates/{name}/report.md.hbs"), &words);
        names.push(name);
    }
    let pipeline = "pipelines/cost_review/pipeline.toml";
    let text = std::fs::read_to_string(council.path(pipeline)).unwrap();
    council.write(pipeline, text.replace("[\"cost_review\"]", &format!("{names:?}")));

    let failure = council.failure();
    assert_eq!(failure.code(), 30, "{failure}");
    let message = failure.to_string();
    assert!(
        message.contains("`cost_review_4` cannot be rendered: chart `by_month` cannot be drawn"),
        "{message}"
    );
    assert_eq!(council.emails().len(), 9);
}

/// Returns a thousand names that try to be something else, each once.
fn hostile() -> Vec<String> {
    const TRIES: [&str; 40] = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<iframe src=javascript:alert(1)>",
        "<a href=javascript:alert(1)>x</a>",
        "[x](javascript:alert(1))",
        "![x](https://track.example/p.gif)",
        "<javascript:alert(1)>",
        "<https://evil.example>",
        "javascript:alert(1)",
        "{{council}}",
        "{{{council}}}",
        "{{#each x}}{{/each}}",
        "{{table hostile}}",
        "\u{E000}table hostile\u{E001}",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;",
        "\\u003cscript\\u003e",
        "`<b>x</b>`",
        "**bold** _em_ ~~x~~",
        "# heading",
        "- item",
        "> quote",
        "1. <b>item</b>",
        "| a | b |",
        "<!-- comment --><script>alert(2)</script>",
        "--><script>alert(3)</script>",
        "]]><script>alert(4)</script>",
        "</td></tr></table><script>alert(5)</script>",
        "</title></style><script>alert(6)</script>",
        "x onmouseover=alert(1)",
        "' onfocus='alert(1)",
        "<details open ontoggle=alert(1)>",
        "<form action=https://evil.example>",
        "<link rel=stylesheet href=https://evil.example>",
        "<meta http-equiv=refresh content=0>",
        "<object data=https://evil.example>",
        "\u{202E}reversed",
        "a\u{301}\u{301}\u{301}\u{301}\u{301}",
        "👩‍👧 & «Ŵŷ»",
    ];
    const AROUND: [(&str, &str); 25] = [
        ("", ""),
        ("", " Ltd"),
        ("Oak ", ""),
        ("'", "'"),
        ("<b>", "</b>"),
        ("<", ">"),
        ("&", ";"),
        ("&#x3c;", "&#x3e;"),
        ("\\", "\\"),
        ("`", "`"),
        ("[", "](https://evil.example)"),
        ("![", "](https://evil.example)"),
        ("*", "*"),
        ("_", "_"),
        ("{{", "}}"),
        ("{{{", "}}}"),
        ("<p title='", "'>"),
        ("<style>", "</style>"),
        ("<textarea>", "</textarea>"),
        ("<!--", "-->"),
        ("\u{feff}", "\u{200f}"),
        ("%3Cscript%3E", "%3C/script%3E"),
        ("=", ""),
        ("@", ""),
        ("+", ""),
    ];
    let mut names: Vec<String> = AROUND
        .iter()
        .flat_map(|(before, after)| TRIES.iter().map(move |this| format!("{before}{this}{after}")))
        .collect();
    names.push("x".repeat(10_000));
    names
}

#[test]
fn p11_f57_a_thousand_hostile_names_are_text_in_chromium_and_three_braces_are_refused() {
    let Some(web) = web() else { return };
    let names = hostile();
    assert!(names.len() > 1_000);
    let council = Council::of("payments");
    council.write("settings.toml", SETTINGS);
    let line = |(at, name): (usize, &String)| {
        let quoted = name.replace('"', "\"\"");
        format!("DETAIL,S{at},\"{quoted}\",10.00,R5037,AP,12/04/2023,{at},E,AP\n")
    };
    let lines: String = names.iter().enumerate().map(line).collect();
    council.write("extracts/wolver_apr_2023.csv", format!("{HEADER}{lines}"));
    council.write(
        "pipelines/cost_review/models/ap_spend_by_month.sql",
        "SELECT '2023-24' AS financial_year, supplier_name AS month, supplier_id, count(*) AS payment_lines,\n\
         CAST(sum(amount) AS DECIMAL(18, 2)) AS spend FROM finance.ledger_lines\n\
         GROUP BY supplier_id, supplier_name\n",
    );
    council.write(
        "pipelines/cost_review/models/ap_spend_by_month.toml",
        "title = \"Spend by supplier\"\ngrain = [\"financial_year\", \"supplier_id\", \"month\"]\n\
         sort = [\"financial_year\", \"supplier_id\", \"month\"]\n\
         [indicators.spend]\ndefinition = \"d\"\ncount_basis = \"ledger\"\nunit = \"pounds\"\n\
         [disclosure]\nopen = [\"spend\", \"payment_lines\"]\naudience = \"commissioning\"\n",
    );
    council.write(
        "report-templates/cost_review/report.toml",
        "title = \"Names\"\nperiod = \"financial_year\"\nrecipients = [\"commissioners\"]\napproval = \"never\"\n\
         headline = \"Names of {{period}}.\"\n\
         [tables.hostile]\nmodel = \"ap_spend_by_month\"\nrows = [\"supplier_id\", \"month\"]\nvalues = [\"spend\"]\n\
         period = \"financial_year\"\n\
         [charts.hostile]\ntable = \"hostile\"\ntitle = \"Names\"\nbar = { x = \"month\", y = \"spend\" }\n",
    );
    let narrative = "report-templates/cost_review/report.md.hbs";
    let each = "{{#each hostile.spend.supplier_id}}{{#each month}}- {{part}}\n{{/each}}{{/each}}\n\n\
        {{chart \"hostile\"}}\n{{table \"hostile\"}}\n";
    council.write(narrative, each);
    let options = Options { trigger: "a test".to_owned(), ..Options::default() };
    let outcome = run::run(&council.open(), &Selection::All, &options, &Alone, &mut |_| {}).unwrap();
    outcome.result().unwrap_or_else(|failure| panic!("{failure}"));

    let out = council.path("opened.json");
    said(node(&web, "open.mjs").arg(council.path("store/editions")).arg(&out).arg("").arg("once"));
    let pages: Vec<Value> = serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
    assert_eq!(pages.len(), 1);
    let page = &pages[0];
    assert!(page["items"].as_u64().unwrap() >= 1_000, "the names are on the page: {page}");
    assert_eq!((&page["active"], &page["events"]), (&0.into(), &serde_json::json!([])), "{page}");
    assert_eq!(page["links"], serde_json::json!(["mailto:ap.reports@council.example"]), "no name is a link");

    council.write(narrative, each.replace("{{part}}", "{{{part}}}"));
    let failure = run::run(&council.open(), &Selection::All, &options, &Alone, &mut |_| {});
    let message = match failure {
        Ok(outcome) => outcome.result().expect_err("three braces are refused").to_string(),
        Err(failure) => failure.to_string(),
    };
    assert!(message.contains("three braces would let a value become markup"), "{message}");
}
