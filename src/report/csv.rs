use super::document::TableBlock;

/// Returns one table as CSV (RFC 4180, UTF-8): numbers as plain digits, rounded as the report shows them,
/// symbols in brackets.
pub(super) fn csv(table: &TableBlock) -> String {
    let mut file = String::new();
    record(&mut file, table.headings.iter().map(|heading| inert(heading)));
    for row in &table.rows {
        record(
            &mut file,
            row.cells.iter().map(|cell| match &cell.number {
                Some((number, _)) => number.to_string(),
                None => inert(&cell.text),
            }),
        );
    }
    file
}

/// Returns the records of such a file.
pub(super) fn records(file: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    // One that was written for Excel begins with a byte order mark.
    let mut letters = file.trim_start_matches('\u{feff}').chars().peekable();
    std::iter::from_fn(move || {
        letters.peek()?;
        let (mut record, mut field, mut quoted) = (Vec::new(), String::new(), false);
        while let Some(letter) = letters.next() {
            match letter {
                '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
                '"' => quoted = !quoted,
                ',' if !quoted => record.push(std::mem::take(&mut field)),
                '\r' if !quoted => {}
                '\n' if !quoted => break,
                letter => field.push(letter),
            }
        }
        record.push(field);
        Some(record)
    })
}

/// Returns a text that no spreadsheet takes for a formula.
fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn record(file: &mut String, fields: impl Iterator<Item = String>) {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            file.push(',');
        }
        if field.contains(['"', ',', '\n', '\r']) {
            file.push('"');
            file.push_str(&field.replace('"', "\"\""));
            file.push('"');
        } else {
            file.push_str(&field);
        }
    }
    file.push_str("\r\n");
}
