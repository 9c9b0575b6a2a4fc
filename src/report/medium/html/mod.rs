//! The HTML part of an email.
//!
//! Laid out with tables and inline styles, because that is what Outlook's Word engine, Gmail and
//! Apple Mail all draw; the few rules in `<style>` only adapt to narrow screens and dark schemes and
//! may be dropped by a reader without loss. It loads nothing from anywhere: charts are referred to by
//! content id. Every text goes through [`html`](crate::report::escape::html); what surrounds the body is in the templates of
//! `report-templates/_layout/`.

mod blocks;
mod email;
mod page;
mod tables;

pub(super) use email::Html;

#[cfg(test)]
mod tests;
