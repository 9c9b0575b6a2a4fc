//! What a document says beside its records of how many there are: a portal answers with one page of them, and the page looks
//! whole.

/// Keys, in small letters, of how many records there are in all.
const TOTALS: [&str; 7] =
    ["total", "totalresults", "total_count", "totalcount", "totalrecords", "total_records", "numbermatched"];
/// Keys of where the next page is.
const NEXT: [&str; 5] = ["next", "nextlink", "@odata.nextlink", "odata.nextlink", "next_page_url"];
/// The key by which a map server says that it left records out.
const EXCEEDED: &str = "exceededtransferlimit";
/// The key of addresses that are there on the last page too.
const LINKS: &str = "_links";

/// What a document says of records that it does not hold.
#[derive(Debug, Default)]
pub(super) struct Pages {
    total: Option<u64>,
    has_next: bool,
    is_exceeded: bool,
}

impl Pages {
    /// Takes a number, by the keys that lead to it.
    pub(super) fn number(&mut self, keys: &[String], text: &str) {
        let is_total = keys.last().is_some_and(|key| TOTALS.contains(&key.to_lowercase().as_str()));
        if let Some(total) = text.parse().ok().filter(|_| is_total) {
            self.total = self.total.max(Some(total));
        }
    }

    /// Takes a text.
    pub(super) fn text(&mut self, keys: &[String], text: &str) {
        let is_next = keys.last().is_some_and(|key| NEXT.contains(&key.to_lowercase().as_str()));
        self.has_next |= is_next && !text.is_empty() && !keys.iter().any(|key| key == LINKS);
    }

    /// Takes a truth.
    pub(super) fn truth(&mut self, keys: &[String]) {
        self.is_exceeded |= keys.last().is_some_and(|key| key.to_lowercase() == EXCEEDED);
    }

    /// Returns in words that there are more records than these; nothing where the document does not say so.
    pub(super) fn more_than(&self, records: u64) -> Option<String> {
        match self.total {
            _ if self.is_exceeded => Some("the server says that it left records out".to_owned()),
            Some(total) if total > records => Some(format!("it states {total} records and has {records}")),
            None if self.has_next => Some("it names a next page".to_owned()),
            _ => None,
        }
    }
}
