use super::rendered::{file, html};
use super::sample;
use crate::diagnostic::Diagnostics;
use crate::project::Layout;
use crate::report::{Templates, check_layout};

const PAGE: &str = "email.html.hbs";

/// Returns the program's layout with `old` replaced by `new` in one of its files.
fn changed(name: &str, old: &str, new: &str) -> Layout {
    let own = Layout::own();
    let text = own.text(name).to_owned();
    assert!(text.contains(old), "{name} has no `{old}`");
    own.with(name, &text.replacen(old, new, 1))
}

/// Lists the place, message and help of every fault, one a line.
fn listed(faults: &Diagnostics) -> Vec<String> {
    let line = |fault: &crate::diagnostic::Diagnostic| {
        let place = fault.location().unwrap_or_default();
        let place = place.rsplit('/').next().unwrap_or_default();
        format!("{place} {} | {}", fault.message(), fault.help().unwrap_or("-"))
    };
    faults.iter().map(line).collect()
}

fn faults(name: &str, old: &str, new: &str) -> Vec<String> {
    let layout = changed(name, old, new);
    let found = check_layout(&layout);
    assert_eq!(Templates::new(&layout).is_err(), found.has_errors(), "what is faulty is never rendered");
    listed(&found)
}

#[test]
fn the_programs_own_layout_has_no_fault_and_counts_as_unchanged() {
    assert_eq!(listed(&check_layout(&Layout::own())), Vec::<String>::new());
    assert_eq!(Layout::own().changed().count(), 0);
    let layout = changed(PAGE, "#12436d", "#00703c");
    assert_eq!(layout.changed().map(|(name, _)| name).collect::<Vec<_>>(), [PAGE]);
}

#[test]
fn a_changed_template_changes_the_page_and_nothing_else() {
    let document = sample::document(&sample::YEARS);
    let page = |layout: &Layout| {
        let templates = Templates::new(layout).unwrap_or_else(|faults| panic!("{faults}"));
        String::from_utf8(file(&document, &templates, "html")).unwrap()
    };
    let banner = page(&changed(PAGE, "background:#12436d;padding:14px", "background:#00703c;padding:14px"));
    let expected =
        html(&document).replace("background:#12436d;padding:14px", "background:#00703c;padding:14px");
    assert_eq!(banner, expected);
    let comment = page(&changed(PAGE, "<h1", "{{!-- the title --}}<h1"));
    assert_eq!(comment, html(&document));
    let styles = page(&Layout::own().with("email.css", "/* ours */\n.pad {\n  color: red;\n}\n.link\nb{}\n"));
    assert!(styles.contains("<style>.pad {color: red;}.link b{}</style>"), "{styles}");
}

#[test]
fn a_letter_is_set_by_its_template() {
    let document = sample::document(&sample::YEARS);
    let words = "{{#hanging}}Ask {{service}} anything at all about these figures, or about how they were made{{/hanging}}\n";
    let layout = changed("email.txt.hbs", "Contact and origin\n", &format!("{words}Contact\n"));
    let letter = file(&document, &Templates::new(&layout).unwrap(), "txt");
    let letter = String::from_utf8(letter).unwrap();
    let set = "Ask Alternative provision commissioning anything at all about these figures,\n  or about how they were made\nContact\n-------\n\n";
    assert!(letter.contains(set), "{letter}");
}

#[test]
fn a_fault_of_a_template_is_found_at_its_line() {
    for (name, old, new, expected) in [
        (
            PAGE,
            "<title>{{title}}",
            "<title>{{titel}}",
            "email.html.hbs:8:10 no `titel` here | did you mean `title`?",
        ),
        (
            PAGE,
            "{{#if attachments}}",
            "{{#if attachment}}",
            "no `attachment` here | did you mean `attachments`?",
        ),
        (PAGE, "{{#if attachments}}", "{{#iff attachments}}", "email.html.hbs:"),
        (PAGE, "{{this}}", "{{that}}", "no `that` here | did you mean `this`?"),
        (PAGE, "<title>{{title}}", "<title>{{title", "email.html.hbs:"),
        (
            PAGE,
            "<title>{{title}}",
            "<title>{{{title}}}",
            "email.html.hbs:8:8 `{{{` and `{{&` would let a value become markup",
        ),
        (PAGE, "<title>{{title}}", "<title>{{&title}}", "email.html.hbs:8:8 "),
        (PAGE, "<title>{{title}}", "<title>{{> title}}", "email.html.hbs:8:8 expected a name or a block"),
        (
            PAGE,
            "<title>{{title}}",
            "<title>{{lookup this \"title\"}}",
            "expected a name, found the helper `lookup`",
        ),
        (PAGE, "<title>{{title}}", "<title>{{attachments}}", "expected words, found `attachments`"),
        (PAGE, "{{headline}}", "{{headline}}{{headline}}", "`headline` is written twice"),
        (PAGE, "{{~marking}}", "", "expected `marking`, which readers need, and did not find it"),
        (PAGE, "{{/if}}", "", "is not closed"),
        (
            "key_figures.html.hbs",
            "{{~value}}",
            "{{~valeu}}",
            "key_figures.html.hbs:4:4 no `valeu` here | did you mean `value`?",
        ),
        ("key_figures.html.hbs", "{{#if long}}", "{{#if council}}", "no `council` here"),
        ("decision.html.hbs", "{{body~}}", "", "expected `body`"),
        ("chart.html.hbs", "{{alt}}", "{{council}}", "chart.html.hbs:1:"),
        ("commentary.html.hbs", "{{words}}", "{{wrods}}", "did you mean `words`?"),
        ("email.txt.hbs", "{{#hanging}}", "{{#hangng}}", "email.txt.hbs:"),
        (
            "email.txt.hbs",
            "{{council}}",
            "{{cuoncil}}",
            "email.txt.hbs:4:3 no `cuoncil` here | did you mean `council`?",
        ),
        (
            "email.css",
            ".link{color:#9cc9f5!important}}",
            ".link{color:#9cc9f5!important}",
            "expected `}` at the end of this rule",
        ),
        ("email.css", ".link{color:#9cc9f5!important}}", ".link{}}}", "expected a rule before this brace"),
    ] {
        let found = faults(name, old, new);
        assert!(found.iter().any(|fault| fault.contains(expected)), "{new}: {found:?}");
        assert!(found.iter().all(|fault| fault.starts_with(name)), "{found:?}");
    }
}

#[test]
fn a_template_cannot_run_fetch_or_let_a_value_become_markup() {
    for (name, old, new, expected) in [
        (PAGE, "<title>", "<script>alert(1)</script><title>", "`<script` has no place in an email"),
        (PAGE, "href=\"mailto:{{reply_to}}\"", "href=\"JavaScript:x\"", "`javascript:` has no place"),
        (PAGE, "href=\"mailto:{{reply_to}}\"", "href={{reply_to}}", "in an attribute without quotes"),
        (PAGE, "href=\"mailto:{{reply_to}}\"", "href=\"{{service}}\"", "would decide where a link leads"),
        (PAGE, "<style>", "<style>.x{color:{{council}}}", "`council` is in a style"),
        (PAGE, "background:#f3f2f1\"", "background:url(https://x.example/y.png)\"", "`url(` has no place"),
        ("email.css", ":root{", "@import 'x';:root{", "`@import` has no place"),
        ("email.css", ":root{", "</style><script>:root{", "`<` has no place"),
    ] {
        let found = faults(name, old, new);
        assert!(found.iter().any(|fault| fault.contains(expected)), "{new}: {found:?}");
    }
}

#[test]
fn a_hostile_name_stays_text_wherever_a_template_puts_it() {
    let mut document = sample::document(&sample::YEARS);
    let hostile = "\"><script>alert(1)</script> {{body}} \u{E000}\u{E001}' onload='x";
    document.facts.council = hostile.to_owned();
    document.facts.attachments = vec![hostile.to_owned()];
    document.key_figures[0].label = hostile.to_owned();
    let attribute = changed(PAGE, "<h1 style=\"", "<h1 title=\"{{council}}\" style=\"");
    let page = String::from_utf8(file(&document, &Templates::new(&attribute).unwrap(), "html")).unwrap();
    let safe = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; {{body}} &#39; onload=&#39;x";
    assert!(page.matches(safe).count() >= 4 && !page.contains("<script"), "{page}");
    let letter = String::from_utf8(file(&document, &Templates::new(&attribute).unwrap(), "txt")).unwrap();
    assert_eq!(letter.matches("Table 1. ").count(), 1, "a name took the body's place");
    assert!(!letter.contains(['\u{E000}', '\u{E001}']));
}
