//! Queries that no planner gets to the end of.

use std::sync::Arc;

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use crate::diagnostic::{Diagnostic, SourceFile};

/// `CASE` within `CASE`, at most: the time of planning doubles with each, and no limit of time breaks planning off.
const DEEPEST: usize = 10;

/// Refuses a query whose planning would take minutes.
pub(super) fn check(sql: &Arc<SourceFile>) -> Result<(), Diagnostic> {
    // What cannot be divided into words, the planner refuses with its place.
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, sql.text()).tokenize_with_location() else {
        return Ok(());
    };
    let mut depth = 0_usize;
    for token in tokens {
        let Token::Word(word) = &token.token else { continue };
        match word.keyword {
            Keyword::CASE if word.quote_style.is_none() => depth += 1,
            Keyword::END if word.quote_style.is_none() => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            let at = (token.span.start.line, token.span.start.column);
            let start = usize::try_from(at.0).ok().zip(usize::try_from(at.1).ok());
            let start = start.map(|(line, column)| sql.byte_at(line, column));
            let message = format!("`CASE` stands in more than {DEEPEST} others");
            let help = "give a part of it a name in a `WITH`, or join a table of cases".to_owned();
            let span = start.map(|start| start..start + word.value.len());
            return Err(Diagnostic::error(sql, span, message).with_help(help));
        }
    }
    Ok(())
}
