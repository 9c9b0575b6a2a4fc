use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// One piece of a page.
#[derive(Debug)]
pub(super) enum Piece {
    /// A start or end tag.
    Tag(Tag),
    /// Text that shows, with its character references read.
    Text(String),
    /// The text of a style.
    Style(String),
    /// A comment.
    Comment(String),
    /// What the first line says beyond the language.
    Doctype(String),
}

/// A page, in pieces.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// In the order of the page.
    pub(super) list: Vec<Piece>,
    /// Whether something in it breaks the rules of HTML: programs read such a place in different ways, and
    /// the tokeniser may leave part of it out.
    pub(super) faulty: bool,
}

impl Pieces {
    /// Adds a piece. The tokeniser gives a text letter by letter.
    fn add(&mut self, piece: Piece) {
        match (self.list.last_mut(), piece) {
            (Some(Piece::Text(text)), Piece::Text(more)) | (Some(Piece::Style(text)), Piece::Style(more)) => {
                text.push_str(&more);
            }
            (_, piece) => self.list.push(piece),
        }
    }

    /// Reads a page by html5ever's tokeniser. No tree is built: it would move what stands in the wrong place
    /// and leave out what a mail program may show.
    pub(super) fn of(html: &str) -> Self {
        // A text of 4 GiB or more is past what the tokeniser counts.
        if u32::try_from(html.len()).is_err() {
            return Self { list: Vec::new(), faulty: true };
        }
        let options = TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() };
        let tokenizer = Tokenizer::new(Collector::default(), options);
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(html));
        // The collector never stops the tokeniser, so one call reads all of the input.
        let _finished = tokenizer.feed(&input);
        let rest = !input.is_empty();
        tokenizer.end();
        let collected = tokenizer.sink.0.into_inner();
        Self { faulty: collected.pieces.faulty || collected.raw.is_some() || rest, ..collected.pieces }
    }
}

#[derive(Debug, Default)]
struct Collected {
    pieces: Pieces,
    /// The element whose text is not markup, while it is open.
    raw: Option<String>,
}

#[derive(Debug, Default)]
struct Collector(RefCell<Collected>);

impl TokenSink for Collector {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut collected = self.0.borrow_mut();
        let mut next = TokenSinkResult::Continue;
        let piece = match token {
            Token::TagToken(tag) => {
                let name = tag.name.to_string();
                match tag.kind {
                    TagKind::EndTag if collected.raw.as_deref() == Some(name.as_str()) => {
                        collected.raw = None;
                    }
                    TagKind::EndTag => {}
                    TagKind::StartTag => {
                        let kind = match name.as_str() {
                            "title" | "textarea" => Some(RawKind::Rcdata),
                            "style" => Some(RawKind::Rawtext),
                            "script" => Some(RawKind::ScriptData),
                            _ => None,
                        };
                        if let Some(kind) = kind {
                            next = TokenSinkResult::RawData(kind);
                            collected.raw = Some(name);
                        }
                    }
                }
                Piece::Tag(tag)
            }
            Token::CharacterTokens(text) if collected.raw.as_deref() == Some("style") => {
                Piece::Style(text.to_string())
            }
            Token::CharacterTokens(text) => Piece::Text(text.to_string()),
            Token::CommentToken(text) => Piece::Comment(text.to_string()),
            Token::DoctypeToken(doctype) => {
                let ids = [doctype.name, doctype.public_id, doctype.system_id];
                Piece::Doctype(ids.into_iter().flatten().map(|id| id.to_string() + " ").collect())
            }
            Token::NullCharacterToken | Token::ParseError(_) => {
                collected.pieces.faulty = true;
                return next;
            }
            Token::EOFToken => return next,
        };
        collected.pieces.add(piece);
        next
    }
}
