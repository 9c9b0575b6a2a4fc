//! A short message of the program's own, to an owner or a reader: headings, sentences and lines to copy.

use std::fmt::Write;

use crate::deliver::Letter;
use crate::text::escape;

/// What such a message says. Every text is plain: it is written out where it would be markup.
#[derive(Debug, Clone, Default)]
pub(super) struct Plain {
    /// The marking and the council, in one line above all.
    pub(super) masthead: String,
    /// What it is about, in a few words.
    pub(super) title: String,
    /// The rest, in order.
    pub(super) parts: Vec<Part>,
}

/// One piece of such a message.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// Lines of equal rank.
    List(Vec<String>),
    /// A command to copy.
    Command(String),
}

impl Plain {
    /// Writes it into `letter`, in both forms.
    pub(super) fn write(&self, letter: Letter) -> Letter {
        Letter { html: self.html(), text: self.text(), ..letter }
    }

    /// Returns what it says, which distinguishes it from another message to the same reader.
    pub(super) fn content(&self) -> String {
        self.text()
    }

    fn text(&self) -> String {
        let mut text =
            format!("{}\n\n{}\n{}\n", self.masthead, self.title, "=".repeat(self.title.chars().count()));
        for part in &self.parts {
            // Writing to a `String` cannot fail.
            let _ = match part {
                Part::Heading(heading) => {
                    writeln!(text, "\n{heading}\n{}", "-".repeat(heading.chars().count()))
                }
                Part::Text(words) => writeln!(text, "\n{words}"),
                Part::List(lines) => writeln!(text, "\n- {}", lines.join("\n- ")),
                Part::Command(command) => writeln!(text, "\n    {command}"),
            };
        }
        text
    }

    fn html(&self) -> String {
        let mut page = format!(
            "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n</head>\n\
             <body style=\"margin:0;padding:0;background:#f3f2f1;color:#0b0c0c;font-family:Arial,'Liberation Sans',\
             sans-serif;font-size:16px;line-height:24px\">\n\
             <div role=\"article\" aria-label=\"{0}\" style=\"max-width:640px;margin:0 auto;padding:20px;background:#ffffff\">\n\
             <p style=\"margin:0 0 12px;font-size:14px;color:#505a5f\">{1}</p>\n\
             <h1 style=\"margin:0 0 16px;font-size:24px;line-height:30px\">{0}</h1>\n",
            escape(&self.title),
            escape(&self.masthead)
        );
        for part in &self.parts {
            let _ = match part {
                Part::Heading(heading) => writeln!(
                    page,
                    "<h2 style=\"margin:24px 0 8px;font-size:19px;line-height:25px\">{}</h2>",
                    escape(heading)
                ),
                Part::Text(words) => {
                    writeln!(page, "<p style=\"margin:0 0 12px\">{}</p>", escape(words).replace('\n', "<br>"))
                }
                Part::List(lines) => {
                    let items = lines
                        .iter()
                        .fold(String::new(), |items, line| items + "<li>" + &escape(line) + "</li>");
                    writeln!(page, "<ul style=\"margin:0 0 12px;padding-left:20px\">{items}</ul>")
                }
                Part::Command(command) => writeln!(
                    page,
                    "<p style=\"margin:0 0 12px;padding:8px 12px;background:#f3f2f1;font-family:Consolas,Menlo,monospace;\
                     font-size:14px;overflow-wrap:anywhere\">{}</p>",
                    escape(command)
                ),
            };
        }
        page.push_str("</div>\n</body>\n</html>\n");
        page
    }
}
