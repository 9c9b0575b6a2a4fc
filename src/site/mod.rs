//! Static pages of what was sent: editions, runs, what each table and measure is, where each figure comes from.
//!
//! ```text
//! sent       the editions that went to their readers, and for whom each is
//! folder     one folder for each kind of reader: what it may name
//! editions · runs · tables · quality   the pages, each as data for its template
//! check      a project's own templates, before anything is built
//! templates  report-templates/_site/       place  where the files go, whole or not at all
//! ```
//!
//! A folder of the site stands alone: it is served to its readers and to nobody else, by whatever serves files. It names
//! what its readers may see, and no table, report or edition of others. No count of rows is on a page: of those nothing has
//! passed the disclosure gate. The same store gives the same bytes.

mod build;
mod check;
mod editions;
mod folder;
mod place;
mod quality;
mod runs;
mod sent;
mod tables;
mod templates;

pub use build::{Built, build};
pub use check::check;
