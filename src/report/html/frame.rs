//! What surrounds the body: head, title bar, headline, footer.

use super::{Page, escaped, inline};
use crate::report::document::Document;
use crate::report::{number, sections};

/// Rules for readers that know them: narrow screens and dark schemes.
const STYLE: &str = "\
:root{color-scheme:light dark}\
@media (max-width:520px){\
.pad{padding-left:16px!important;padding-right:16px!important}\
.figure{display:block!important;width:100%!important;padding-right:0!important}\
.data{font-size:12px!important}.dense{font-size:11px!important}\
.data th,.data td{padding:4px 0 4px 4px!important}.data th:first-child{padding-left:0!important}}\
@media (prefers-color-scheme:dark){\
body,.back{background:#0b0c0c!important}\
.card{background:#1d1f20!important;color:#f3f2f1!important}\
.card h2,.card h3,.card h4,.card p,.card td,.card th,.card li,.card caption,.card strong,.card span{color:#f3f2f1!important}\
.quiet{color:#c9cccf!important}\
.asked{background:#35202b!important;border-left-color:#e9a6c9!important}\
.gap{background:#3a3416!important}\
.rule,.data td,.data th{border-color:#6f777b!important}.figure{border-top-color:#8fb8e8!important}\
.link{color:#9cc9f5!important}}";

/// Everything before the body's blocks.
pub(super) fn open(page: &mut Page, document: &Document) {
    let facts = &document.facts;
    let title = escaped(&document.title);
    page.put(format_args!(
        "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body style=\"margin:0;padding:0;background:#f3f2f1;color:#0b0c0c;font-family:Arial,'Liberation Sans',sans-serif;\
         font-size:16px;line-height:1.5\">\n\
         <table class=\"back\" role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"background:#f3f2f1\"><tr><td align=\"center\" style=\"padding:16px 0\">\n\
         <!--[if mso]><table role=\"presentation\" width=\"640\" cellpadding=\"0\" cellspacing=\"0\"><tr><td><![endif]-->\n\
         <table class=\"card\" role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"max-width:640px;table-layout:fixed;background:#ffffff;text-align:left\">\n"
    ));
    page.put(format_args!(
        "<tr><td class=\"pad\" style=\"background:#12436d;padding:16px 24px\">\
         <span style=\"color:#ffffff;font-size:14px\">{} · {}</span>\
         <h1 style=\"margin:4px 0;color:#ffffff;font-size:24px;line-height:1.3\">{title}</h1>\
         <span style=\"color:#ffffff;font-size:14px\">{} · as at {}</span></td></tr>\n\
         <tr><td class=\"pad\" style=\"padding:24px 24px 8px\">\n",
        escaped(&facts.marking),
        escaped(&facts.service),
        escaped(&facts.council),
        number::date(facts.as_at)
    ));
    page.put(format_args!(
        "<p style=\"margin:0 0 16px;font-size:19px;font-weight:bold;line-height:1.4\">{}</p>\n",
        inline(&document.headline)
    ));
}

/// Everything after the body's blocks.
pub(super) fn close(page: &mut Page, document: &Document) {
    let facts = &document.facts;
    page.push_str(
        "</td></tr>\n<tr><td class=\"pad rule\" style=\"padding:16px 24px 24px;border-top:1px solid #b1b4b6\">\n",
    );
    if !facts.attachments.is_empty() {
        page.push_str("<p style=\"margin:0;font-size:14px\"><strong>What is attached</strong></p>\n");
        page.push_str("<ul style=\"margin:0 0 12px;padding-left:20px\">");
        for attachment in &facts.attachments {
            page.put(format_args!(
                "<li class=\"quiet\" style=\"font-size:14px;color:#505a5f\">{}</li>",
                escaped(attachment)
            ));
        }
        page.push_str("</ul>\n");
    }
    let reply_to = escaped(&facts.reply_to);
    page.put(format_args!(
        "<p class=\"quiet\" style=\"margin:0;font-size:14px;color:#505a5f\">{}<br>Replies reach {} at \
         <a class=\"link\" href=\"mailto:{reply_to}\" style=\"color:#1d70b8\">{reply_to}</a>.</p>\n",
        escaped(&sections::colophon(document)),
        escaped(&facts.service),
    ));
    page.push_str(
        "</td></tr>\n</table>\n<!--[if mso]></td></tr></table><![endif]-->\n</td></tr></table>\n</body>\n</html>\n",
    );
}
