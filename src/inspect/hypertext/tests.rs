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

/// What a program repairs, each repairs in its own way, and the tokeniser leaves some of it out.
#[test]
fn what_breaks_the_rules_of_html_is_refused() {
    for html in [
        "<p title=a title=A823432112001>x</p>",
        "<p>x</p title=A823432112001>",
        "<p>x<!-- y",
        "<!-- a <!-- b --> A823432112001 -->",
        "<p>x<!--->y-->",
        "<p>x</p><a href='A823432112001",
        "<p>A8234\u{0}32112001</p>",
        "<? A823432112001 ?>",
        "<![CDATA[A823432112001]]>",
        "</ A823432112001>",
        "<!A823432112001>",
        "<title>x",
        "<style>x",
        "<p>&bogus; &#x110000;</p>",
        "<!--[if mso]><p title=a title=b>x</p><![endif]-->",
    ] {
        assert!(found(html).0.contains(&Rule::Unreadable), "{html}");
    }
}

#[test]
fn a_person_is_found_wherever_a_page_can_hold_words() {
    for html in [
        "<!doctype html PUBLIC \"A823432112001\">",
        "<title>A823432112001</title>",
        "<style>td::after{content:'A823432112001'}</style>",
        "<p style=\"--x:A823432112001\">x</p>",
        "<p class=A823432112001>x</p>",
        "<p A823432112001>x</p>",
        "<p hidden>A823432112001</p>",
        "<p style=display:none>A823432112001</p>",
        "<meta name=description content=A823432112001>",
        "<a href=\"https://council.example/?upn=A823432112001\">x</a>",
        "<a href=\"mailto:ap.team@demo-city.example?subject=A823432112001\">x</a>",
        "<p>A8234<!-- x -->32112001</p>",
        "<p>A8234&shy;32112&#8203;001</p>",
        "<p>A8234<wbr>32112<unknown>001</unknown></p>",
        "<p>A8234<code>32112001</code></p>",
        "<p>&#65;8234&#51;2112001</p>",
        "<!--[if A823432112001]><p>x</p><![endif]-->",
        "<!--[if mso]><p title=A823432112001>x</p><![endif]-->",
        "<!-- <p title='A823432112001 -->",
    ] {
        assert_eq!(found(html).0, [Rule::Upn], "{html}");
    }
}

#[test]
fn what_fetches_under_another_spelling_is_found() {
    for (html, rule) in [
        ("<div style=\"background:u\\72l(x)\">", Rule::Remote),
        ("<div style=\"background:image-set('x' 1x)\">", Rule::Remote),
        ("<img srcset=\"https://x.example/a.png 2x\">", Rule::Remote),
        ("<a href=\"https://council.example\" ping=\"https://x.example\">x</a>", Rule::Remote),
        ("<meta http-equiv=refresh content=\"0;url=https://x.example\">", Rule::Active),
        ("<meta http-equiv=content-type content=\"text/html; charset=utf-7\">", Rule::Unreadable),
        ("<meta charset=utf-16>", Rule::Unreadable),
        ("<noscript>x</noscript>", Rule::Active),
        ("<template>x</template>", Rule::Active),
        ("<a href=\"mailto:ap.team@demo-city.example?bcc=a%40b.example\">x</a>", Rule::Link),
        ("<a href=\"mailto:ap.team@demo-city.example?bcc=a@b.example\">x</a>", Rule::Address),
        ("<img src=\"data:image/svg+xml;base64,AAAA\">", Rule::Remote),
        ("<img src=\"data:image/png;base64,QTgyMzQzMjExMjAwMQ==\">", Rule::Unreadable),
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

/// Returns whether the word in `body` is hidden by the rules of `style`.
fn is_hidden(style: &str, body: &str) -> bool {
    let html = format!("<html><head><style>{style}</style></head><body>{body}</body></html>");
    shown::readings(&html).iter().any(|reading| !reading.hidden.is_empty())
}

#[test]
fn a_rule_applies_where_the_elements_around_fit_its_selector_too() {
    let body = "<div class=\"note\"><p><strong>Figures</strong></p></div>";
    for (selector, hides) in [
        ("strong", true),
        (".note strong", true),
        (".note > strong", true),
        (".note p strong", true),
        ("p .note strong", false),
        (".other strong", false),
        ("td strong", false),
        ("#note strong", false),
        ("div.note.large strong", false),
        ("h1, .note strong", true),
        // What a page has without writing it.
        ("html body strong", true),
        ("tbody strong", true),
        // What comes before an element is not known.
        ("h1 + p strong", true),
        (".note h1 ~ p strong", true),
        (".other h1 ~ p strong", false),
        // A state or an attribute may come to hold.
        (".note:hover strong", true),
        ("div[class] strong:first-child", true),
        ("* strong", true),
    ] {
        let style = format!("{selector}{{display:none}}");
        assert_eq!(is_hidden(&style, body), hides, "{selector}");
    }
    assert!(is_hidden("p{bgcolor:#ffffff}", "<p>Figures</p>"), "no property of CSS");
    assert!(!is_hidden("p{font-weight:bold;border-left:1px}", "<p>Figures</p>"));
}
