/// Codes of currencies, in use or in ledgers of the years before.
const CODES: [&str; 38] = [
    "AED", "AUD", "BGN", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EGP", "EUR", "GEL", "HKD", "HUF", "IDR",
    "ILS", "INR", "ISK", "JPY", "KES", "KRW", "MXN", "MYR", "NGN", "NOK", "NZD", "PHP", "PKR", "PLN", "RON",
    "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "UAH", "USD",
];
/// Other ways to write one, without case.
const WORDS: [&str; 14] = [
    "chf", "czk", "dollar", "dollars", "euro", "euros", "fr.", "kr", "kr.", "k\u{10d}", "sfr.", "usd",
    "z\u{142}", "zar",
];

/// Returns whether the code of a number format shows another currency than pounds, in its section for numbers above zero.
pub(super) fn is_foreign(code: &str) -> bool {
    let (mut words, mut letters) = (String::new(), code.chars());
    let mut named = false;
    while let Some(letter) = letters.next() {
        match letter {
            ';' => break,
            '_' | '*' => drop(letters.next()),
            '\\' => words.extend(letters.next()),
            '"' => {
                words.push(' ');
                words.extend(letters.by_ref().take_while(|letter| *letter != '"'));
                words.push(' ');
            }
            '[' => {
                // `[$€-407]` names a currency and where it is written so; `[$-409]` and `[Red]` name none.
                let within: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                if let Some(symbol) = within.strip_prefix('$') {
                    let symbol = symbol.split('-').next().unwrap_or_default();
                    named |= symbol.chars().any(|letter| !letter.is_whitespace()) && !is_of_pounds(symbol);
                }
            }
            other => words.push(other),
        }
    }
    named || is_currency(&words)
}

/// Returns whether a symbol or a code of three letters is that of a currency other than pounds.
pub(in crate::source::format::workbook) fn is_other(symbol: &str) -> bool {
    !symbol.trim().is_empty() && !is_of_pounds(symbol)
}

fn is_of_pounds(symbol: &str) -> bool {
    symbol.contains('\u{a3}') || symbol.trim().eq_ignore_ascii_case("GBP")
}

fn is_currency(words: &str) -> bool {
    let is_symbol = |letter: char| matches!(letter, '$' | '\u{a2}' | '\u{a5}' | '\u{20a0}'..='\u{20a2}' | '\u{20a4}'..='\u{20cf}');
    words.contains(is_symbol)
        || words.split_whitespace().any(|word| {
            let word = word.trim_matches(['#', '0', ',', '?']);
            CODES.contains(&word) || WORDS.contains(&word.to_lowercase().as_str())
        })
}
