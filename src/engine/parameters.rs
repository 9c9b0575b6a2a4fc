//! The parameters that a query names with `$`, by the words of SQL: not those in its texts and comments.

use std::ops::Range;
use std::sync::Arc;

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, Tokenizer, TokenizerError};

use crate::diagnostic::SourceFile;

/// Returns each name, without its `$`, and where it is.
pub(super) fn named(sql: &str) -> Result<Vec<(String, Location)>, TokenizerError> {
    let tokens = Tokenizer::new(&GenericDialect, sql).tokenize_with_location()?;
    let named = tokens.into_iter().filter_map(|word| match word.token {
        Token::Placeholder(name) => Some((name.strip_prefix('$')?.to_owned(), word.span.start)),
        _ => None,
    });
    Ok(named.collect())
}

/// Returns where `sql` first names a parameter.
pub(super) fn place(sql: &Arc<SourceFile>, parameter: &str) -> Option<Range<usize>> {
    let named = named(sql.text()).ok()?;
    let (_, start) = named.into_iter().find(|(name, _)| name == parameter)?;
    let at = sql.byte_at(usize::try_from(start.line).ok()?, usize::try_from(start.column).ok()?);
    Some(at..at + 1 + parameter.len())
}
