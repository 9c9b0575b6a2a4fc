use super::*;

const PAGE: &str = "email.html.hbs";

/// Returns what is found of the program's layout with `old` replaced by `new` in one file: place and message, one a line.
fn found(name: &str, old: &str, new: &str) -> String {
    let own = Layout::own();
    let text = own.text(name).to_owned();
    assert!(text.contains(old), "{name} has no `{old}`");
    let layout = own.with(name, &text.replacen(old, new, 1));
    let mut faults = report::check_layout(&layout);
    let limits = Limits { addresses: [REPLY_TO.to_owned()].into(), ..Limits::default() };
    if !faults.has_errors() {
        for finding in refused(&layout, &limits, &mut faults) {
            let (file, span) = place(&layout, &finding, &limits).unwrap();
            faults.push(Diagnostic::error(&file, span, finding.to_string()));
        }
    }
    let line = |fault: &Diagnostic| {
        let place = fault.location().unwrap_or_default();
        format!("{} {}", place.rsplit('/').next().unwrap_or_default(), fault.message())
    };
    faults.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_programs_own_layout_and_a_banner_of_another_colour_pass() {
    assert_eq!(found(PAGE, "<h1", "<h1"), "");
    assert_eq!(found(PAGE, "#12436d", "#00703c"), "");
    assert_eq!(found(PAGE, "{{~council}} · as at {{as_at}}", "{{~council}}"), "");
    assert_eq!(found("key_figures.html.hbs", "25px", "30px"), "");
}

#[test]
fn a_layout_whose_emails_would_be_refused_is_found_at_its_line() {
    let wrapped = |start: &str, end: &str| format!("{start}{{{{body~}}}}{end}");
    let around = |start: &str| wrapped(start, "</div>");
    let shown = "email.html.hbs:21:1 ";
    let cases = [
        (PAGE, "{{body~}}", wrapped("<!-- ", " -->"), "does not show in the page".to_owned()),
        (
            PAGE,
            "{{body~}}",
            "{{#unless title}}{{body~}}{{/unless}}".to_owned(),
            "email.html.hbs:21:".to_owned(),
        ),
        (PAGE, "{{body~}}", "{{#if title}}{{body~}}{{/if}}".to_owned(), "within a condition".to_owned()),
        (
            PAGE,
            "{{body~}}",
            around("<div style=\"display:none\">"),
            format!("{shown}`HTML part, what is hidden by `display`"),
        ),
        (PAGE, "{{body~}}", around("<div hidden>"), format!("{shown}`HTML part, what is hidden by `hidden`")),
        (PAGE, "{{body~}}", around("<div\n style=\"visibility:hidden\">"), "`visibility`".to_owned()),
        (PAGE, "{{body~}}", around("<div style=\"font-size:0\">"), shown.to_owned()),
        (PAGE, "{{body~}}", around("<div style=\"position:absolute;left:-9999px\">"), shown.to_owned()),
        (PAGE, "{{body~}}", around("<div style=\"color:#ffffff\">"), shown.to_owned()),
        (PAGE, "{{body~}}", wrapped("<table><tr><td>", ""), "does not open and close once".to_owned()),
        (
            PAGE,
            "<body ",
            "<body onload=\"x()\" ".to_owned(),
            "email.html.hbs:11:1 `HTML part` holds something that runs".to_owned(),
        ),
        (
            PAGE,
            "<h1 ",
            "<img src=https://x.example/a.png><h1 ".to_owned(),
            "email.html.hbs:16:1 `HTML part` fetches".to_owned(),
        ),
        (PAGE, "<h1 ", "<img srcset=\"https://x.example/a.png 2x\"><h1 ".to_owned(), "fetches".to_owned()),
        (
            PAGE,
            "<td align",
            "<td background=\"https://x.example/a.png\" align".to_owned(),
            "fetches".to_owned(),
        ),
        (
            PAGE,
            "<title>",
            "<meta http-equiv=refresh content=\"0;url=https://x.example\"><title>".to_owned(),
            "email.html.hbs:8:1 `HTML part` holds something that runs".to_owned(),
        ),
        (PAGE, "margin:0;padding:0", "background:u\\72l(x)".to_owned(), "fetches".to_owned()),
        (PAGE, "margin:0;padding:0", "background:image-set('x' 1x)".to_owned(), "fetches".to_owned()),
        ("email.css", ":root{", ".data{display:none}\n:root{".to_owned(), "email.css:".to_owned()),
        (
            "email.css",
            ":root{",
            ".card p{color:#fff!important}\n:root{".to_owned(),
            "a colour like its background".to_owned(),
        ),
        ("email.css", ":root{", ".card h2{visibility:hidden}\n:root{".to_owned(), "email.css".to_owned()),
        ("decision.html.hbs", "{{body~}}", wrapped("<!-- ", " -->"), "decision.html.hbs:".to_owned()),
        ("chart.html.hbs", "height:auto", "display:none".to_owned(), "chart.html.hbs:1:1 ".to_owned()),
        ("key_figures.html.hbs", "25px", "0".to_owned(), "key_figures.html.hbs".to_owned()),
        (
            "email.txt.hbs",
            "{{body}}",
            "Ours\n-\n\nSee 77.\n\n{{body}}".to_owned(),
            "email.txt.hbs".to_owned(),
        ),
    ];
    let passed = cases.iter().filter_map(|(name, old, new, expected)| {
        let faults = found(name, old, new);
        (!faults.contains(expected)).then(|| format!("{new}: expected {expected}, found: {faults}"))
    });
    assert_eq!(passed.collect::<Vec<_>>(), Vec::<String>::new());
}
