//! The media that a document is rendered in, each a [`Renderer`] of one file or folder.

mod csv;
mod html;
mod list;
mod paper;
mod renderer;
mod text;
mod workbook;

pub use list::{MEDIA, Rendered, attachments, content_type, render};
pub(super) use paper::check as check_paper;
pub use renderer::{Attachment, Content, File, Renderer};
