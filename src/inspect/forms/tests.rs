use super::*;

const TEXT: &str = "OFFICIAL\nExclusions 2018/19\n==================\nDemo City · as at 31 August 2019\n\n\
Permanent exclusions fell from 119 to 104\n(−12.6%), most of them in secondary schools.\n\n\
104  permanent exclusions (119 in 2017/18)\n\n\
By phase\n--------\n\nAll 1,204 of them <https://council.example/2020>.\n\n1. Primary\n\nContact\n-------\n\nRun 7\n";

const PAGE: &str = "<!doctype html><html lang=en><head><title>t</title><style>.x{color:#000}</style></head><body>\
<h1>Exclusions 2018/<wbr>19</h1><p>OFFICIAL, Demo City · as at 31 August 2019</p>\
<p>Permanent exclusions fell from 119 to <b>104</b> (−12.6%), most of them in sec&shy;ondary schools.</p>\
<div>104 permanent exclusions, 119 in 2017/18</div>\
<h2>BY PHASE</h2><p>All <a href='https://council.example/2020'>1,204</a> of them.</p><ol><li>Primary</li></ol>\
</body></html>";

/// Returns the findings of the page with `old` replaced by `new`.
fn with(old: &str, new: &str) -> String {
    assert!(PAGE.contains(old), "the page has no `{old}`");
    forms(TEXT, &PAGE.replace(old, new), &Limits::default()).err().unwrap_or_default().to_string()
}

#[test]
fn a_page_that_shows_what_the_plain_text_says_passes() {
    assert_eq!(with("OFFICIAL", "OFFICIAL"), "");
    assert_eq!(with("</body>", "<p>and more: 4</p></body>"), "");
    let contents = Needed::of(TEXT);
    assert_eq!(contents.headings.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 11]);
    assert_eq!(contents.sentences.len(), 1);
    assert!(!contents.figures.contains_key("2020") && !contents.figures.contains_key("7"));
}

#[test]
fn what_the_page_leaves_out_is_found_by_its_line() {
    let lacks = |what: &str| format!("`HTML part, {what} of the text part,` does not show in the page");
    assert_eq!(with("<h2>BY PHASE</h2>", ""), lacks("the heading of line 11"));
    assert_eq!(with("<h2>BY PHASE</h2>", "<h2>By<br>Year</h2>"), lacks("the heading of line 11"));
    assert_eq!(with("1,204", "many"), lacks("a figure of line 14"));
    assert_eq!(with("1,204", "1,205"), lacks("a figure of line 14"));
    assert_eq!(with("fell", "rose"), lacks("the sentence of line 6"));
    assert!(with("<div>", "<!-- <div>").contains("not what it claims to be"));
    assert_eq!(with("1,204", "<!-- 1,204 -->"), lacks("a figure of line 14"));
    assert_eq!(with("1,204", "<img src='cid:a' alt='1,204'>"), lacks("a figure of line 14"));
    assert!(with("<title>t</title>", "<title>1,204</title>").is_empty());
}

#[test]
fn what_the_page_hides_is_found_whatever_hides_it() {
    let cases = [
        ("<div hidden>", "`hidden`"),
        ("<div aria-hidden=true>", "`aria-hidden`"),
        ("<div dir=rtl>", "`dir`"),
        ("<div style='display:none'>", "`display`"),
        ("<div style='DISPLAY : None !important'>", "`display`"),
        ("<div style='display:/**/none'>", "`display`"),
        ("<div style='display:table-column'>", "`display`"),
        ("<div style='visibility:hidden'>", "`visibility`"),
        ("<div style='visibility:collapse'>", "`visibility`"),
        ("<div style='opacity:0'>", "`opacity`"),
        ("<div style='opacity:1%'>", "`opacity`"),
        ("<div style='font-size:0'>", "the size of its letters"),
        ("<div style='font-size:1px'>", "the size of its letters"),
        ("<div style='font-size:.01em'>", "the size of its letters"),
        ("<div style='font:0/0 a'>", "the size of its letters"),
        ("<div style='font-family:Wingdings'>", "`font-family`"),
        ("<div style='line-height:0'>", "`line-height`"),
        ("<div style='height:0;overflow:hidden'>", "its size"),
        ("<div style='max-height:0'>", "its size"),
        ("<div style='width:1px'>", "its size"),
        ("<div style='height:20px;overflow:hidden'>", "`overflow`"),
        ("<div style='position:absolute;left:-9999px'>", "`position`"),
        ("<div style='position:relative;left:-9999px'>", "its place"),
        ("<div style='position:relative;inset-inline-start:-9999px'>", "its place"),
        ("<div style='font-size:1e-9px'>", "a unit that not every program knows"),
        ("<div style='font-size:1q'>", "a unit that not every program knows"),
        ("<div style='width:8px;overflow:hidden;white-space:nowrap'>", "`overflow`"),
        ("<div style='margin-left:900em'>", "its place"),
        ("<div style='margin-left:100%'>", "its place"),
        ("<div style='font-size-adjust:0'>", "a property that no email needs"),
        ("<div style='text-indent:-9999px'>", "its place"),
        ("<div style='margin-left:-2000px'>", "its place"),
        ("<div style='margin:0 0 0 -2000px'>", "its place"),
        ("<div style='padding-left:20000px'>", "its place"),
        ("<div style='margin-left:calc(0px - 2000px)'>", "a value that is worked out"),
        ("<div style='transform:scale(0)'>", "a value that is worked out"),
        ("<div style='scale:0'>", "a property that no email needs"),
        ("<div style='-webkit-clip-path:inset(50%)'>", "a value that is worked out"),
        ("<div style='mso-hide:all'>", "a property that no email needs"),
        ("<div style='zoom:0'>", "a property that no email needs"),
        ("<div style='unicode-bidi:bidi-override;direction:rtl'>", "a property that no email needs"),
        ("<div style='color:#fff'>", "a colour like its background, or an unknown one"),
        ("<div style='color:#fefefe;background:white'>", "a colour like its background, or an unknown one"),
        ("<div style='background:#000'>", "a colour like its background, or an unknown one"),
        ("<div bgcolor=black>", "a colour like its background, or an unknown one"),
        ("<div style='color:rgba(0,0,0,0)'>", "a colour like its background, or an unknown one"),
        ("<div style='color:rgb(255 255 254)'>", "a colour like its background, or an unknown one"),
        ("<div style='color:#0000'>", "a colour like its background, or an unknown one"),
        ("<div style='color:transparent'>", "a colour like its background, or an unknown one"),
        ("<div style='color:hsl(0,0%,100%)'>", "a value that is worked out"),
        ("<div style='color:Canvas'>", "a colour like its background, or an unknown one"),
        ("<!--[if mso]><div style='display:none'><![endif]--><div>", "`display`"),
        ("<!--[if !mso]><!--><div>", "a comment that only some programs follow"),
        ("<style>div{display:none}</style><div>", "`display`"),
        ("<style>body > div:not(.y){display:none}</style><div>", "`display`"),
        (
            "<style>body [lang='a b'] div , p{color:#fff!important}</style><div>",
            "a colour like its background, or an unknown one",
        ),
        ("<style>@media print{div{visibility:hidden}}</style><div>", "`visibility`"),
        ("<style>@supports (display:block){body{div{opacity:0}}}</style><div>", "`opacity`"),
        ("<style>.q::after{content:'0'}</style><div class=q>", "a property that no email needs"),
        ("<style>p{x:'}'} div{display:none}</style><div>", "a style with a brace within quotes"),
        ("<style>/* { */ #q{display:none}</style><div id=q>", "`display`"),
    ];
    let passed = cases.iter().filter_map(|(new, how)| {
        let found = with("<div>", new);
        let is_found = found.contains(&format!("what is hidden by {how},` does not show"));
        (!is_found).then(|| format!("{new}: {found}"))
    });
    assert_eq!(passed.collect::<Vec<_>>(), Vec::<String>::new());
    for element in ["details", "canvas", "bdo", "marquee", "progress"] {
        let page = PAGE.replace("<div>", &format!("<{element}>")).replace("</div>", &format!("</{element}>"));
        assert!(forms(TEXT, &page, &Limits::default()).is_err(), "{element}");
    }
    assert!(with("<div>", "<img style='display:none' src='cid:a' alt=''><div>").contains("`display`"));
}

#[test]
fn what_is_styled_and_shows_passes() {
    for new in [
        "<div style='margin:0 auto;padding:8px 12px 16px 0;max-width:592px;height:auto;width:100%'>",
        "<div style='color:#ffffff;background:#12436d'>",
        "<div bgcolor='#12436d' style='color:white'>",
        "<div style='color:#505a5f;font:bold 13px/1.4 Arial'>",
        "<div style='overflow-x:auto;border:0;font-size:1.5em;opacity:1'>",
        "<style>@media (max-width:520px){.z{display:block!important;width:100%!important}}</style><div class=z>",
        "<style>.other{display:none}</style><div class=z>",
        "<!--[if mso]><p>for one program</p><![endif]--><div>",
        "<p hidden> &nbsp; </p><div>",
    ] {
        assert_eq!(with("<div>", new), "", "{new}");
    }
}

#[test]
fn what_is_not_closed_is_found() {
    for new in ["<table><div>", "<div><span>", "</b><div>", "<div><i><b></i></b>"] {
        assert!(
            with("<div>", new).contains("that does not open and close once,` is not what it claims"),
            "{new}"
        );
    }
    let found = with("<div>", "<div><A823432112001>");
    assert!(found.contains("`an element` that does not") && !found.contains("a823432112001"), "{found}");
}
