//! The tags of a PDF: what each piece of it is, in the order in which a screen reader reads.

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::pages::{Page, SEAM};

/// How deep tags may lie within each other.
const DEEPEST: usize = 60;

/// A tag, with what it holds.
#[derive(Debug, Default)]
struct Node {
    kind: String,
    text: String,
    children: Vec<Node>,
}

/// All tags of a document.
#[derive(Debug)]
pub(super) struct Structure {
    root: Option<Node>,
    has_untagged: bool,
}

impl Structure {
    pub(super) fn of(document: &Document, pages: &[Page]) -> Self {
        let has_untagged = pages.iter().any(|page| page.has_untagged);
        let catalog = document.catalog().ok();
        let root = catalog.and_then(|catalog| catalog.get_deref(b"StructTreeRoot", document).ok());
        let root = root.and_then(|root| root.as_dict().ok());
        Self { root: root.and_then(|root| node(document, pages, root, None, 0)), has_untagged }
    }

    pub(super) fn is_there(&self) -> bool {
        self.root.is_some()
    }

    /// Returns whether each piece of text is tagged, or marked as what only adorns the page.
    pub(super) fn is_complete(&self) -> bool {
        !self.has_untagged
    }

    /// Returns the rows of each table, each cell as its words.
    pub(super) fn tables(&self) -> Vec<Vec<Vec<String>>> {
        let mut found = Vec::new();
        if let Some(root) = &self.root {
            tables(root, &mut found);
        }
        found
    }
}

fn tables(node: &Node, found: &mut Vec<Vec<Vec<String>>>) {
    if node.kind == "Table" {
        let mut rows = Vec::new();
        self::rows(node, &mut rows);
        found.push(rows);
    } else {
        node.children.iter().for_each(|child| tables(child, found));
    }
}

fn rows(node: &Node, found: &mut Vec<Vec<String>>) {
    if node.kind == "TR" {
        let cells = node.children.iter().filter(|cell| ["TH", "TD"].contains(&cell.kind.as_str()));
        found.push(cells.map(words).collect());
    } else {
        node.children.iter().for_each(|child| rows(child, found));
    }
}

/// Returns all words of a tag and of what it holds, on one line.
fn words(node: &Node) -> String {
    fn gather(node: &Node, to: &mut String) {
        to.push_str(&node.text);
        to.push(' ');
        node.children.iter().for_each(|child| gather(child, to));
    }
    let mut text = String::new();
    gather(node, &mut text);
    let seamless: String = text.chars().filter(|letter| *letter != SEAM).collect();
    seamless.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn node(
    document: &Document,
    pages: &[Page],
    from: &Dictionary,
    page: Option<ObjectId>,
    depth: usize,
) -> Option<Node> {
    if depth > DEEPEST {
        return None;
    }
    let page = from.get(b"Pg").and_then(Object::as_reference).ok().or(page);
    let kind = from.get(b"S").and_then(Object::as_name).unwrap_or_default();
    let mut found = Node { kind: String::from_utf8_lossy(kind).into_owned(), ..Node::default() };
    let Ok(inner) = from.get_deref(b"K", document) else { return Some(found) };
    let inner = match inner {
        Object::Array(list) => list.iter().collect(),
        one => vec![one],
    };
    for child in inner {
        let (_, child) = document.dereference(child).ok()?;
        match child {
            Object::Integer(number) => found.text.push_str(marked(pages, page, *number)),
            Object::Dictionary(child) => match child.get(b"MCID").and_then(Object::as_i64) {
                Ok(number) => {
                    let page = child.get(b"Pg").and_then(Object::as_reference).ok().or(page);
                    found.text.push_str(marked(pages, page, number));
                }
                Err(_) => found.children.extend(node(document, pages, child, page, depth + 1)),
            },
            _ => {}
        }
    }
    Some(found)
}

fn marked(pages: &[Page], page: Option<ObjectId>, number: i64) -> &str {
    let page = pages.iter().find(|candidate| Some(candidate.id) == page);
    page.and_then(|page| page.marked.get(&number)).map_or("", String::as_str)
}
