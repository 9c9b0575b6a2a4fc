use super::*;

fn found(html: &str) -> (Vec<Rule>, BTreeSet<String>) {
    let mut findings = Findings::default();
    let addresses = ["ap.team@demo-city.example".to_owned()].into();
    let limits = Limits { addresses, ..Limits::default() };
    let pictures = inspect("page", html, &limits, &mut findings);
    (findings.list().iter().map(|finding| finding.rule).collect(), pictures)
}

#[test]
fn a_plain_report_passes_and_its_pictures_are_known() {
    let (rules, pictures) = found(
        "<!doctype html><html lang=en><head><meta charset=\"utf-8\"><style>td{color:#FA12AB}</style></head>\
         <body style=\"margin:0\" bgcolor=\"#FA12AB\"><!--[if mso]><table><tr><td width=600><![endif]-->\
         <h1>29 &lt; 93 &amp; rising</h1><img src=\"cid:trend@r1\" alt=\"Exclusions fell\">\
         <a href=\"https://council.example/x\">method</a> <a href='mailto:ap.team@demo-city.example?subject=x'>us</a>\
         <a href=\"#t1\">table</a></body></html>",
    );
    assert_eq!(rules, []);
    assert_eq!(pictures, ["trend@r1".to_owned()].into());
}

#[test]
fn what_runs_fetches_or_leads_elsewhere_is_found() {
    for (html, rule) in [
        ("<SCRIPT>x</SCRIPT>", Rule::Active),
        ("<p onclick = 'x'>", Rule::Active),
        ("<iframe src='cid:a'>", Rule::Active),
        ("<img src=\"https://tracker.example/p.gif\">", Rule::Remote),
        ("<img src=//tracker.example/p.gif>", Rule::Remote),
        ("<td background=http://x.example/a.png>", Rule::Remote),
        ("<style>@import 'x';</style>", Rule::Remote),
        ("<div style=\"background:url( x )\">", Rule::Remote),
        ("<a href=\"java&#115;cript:alert(1)\">", Rule::Link),
        ("<a href='JaVaScRiPt:x'>", Rule::Link),
        ("<a href=\"http://council.example\">", Rule::Link),
        ("<a href='mailto:other@school.example'>", Rule::Link),
        ("<!--[if mso]><img src=http://x.example/a.png><![endif]-->", Rule::Remote),
        ("<!-- A823432112001 -->", Rule::Upn),
        ("<p>A8234<b>32112</b>001</p>", Rule::Upn),
        ("<img src=cid:a alt=\"A823432112001\">", Rule::Upn),
        ("<p>j.smith&#64;school.example</p>", Rule::Address),
    ] {
        assert_eq!(found(html).0, [rule], "{html}");
    }
}

#[test]
fn cells_of_a_table_are_not_read_as_one_number() {
    assert_eq!(found("<table><tr><td>A8234</td><td>32112001</td></tr></table>").0, []);
}

#[test]
fn broken_html_is_read_to_its_end() {
    for html in [
        "<",
        "<a",
        "<a href",
        "<a href=",
        "<a href='",
        "<!--",
        "<style>",
        "&",
        "&#x110000;",
        "<é é=é>",
        "a<b>=<",
    ] {
        found(html);
    }
}
