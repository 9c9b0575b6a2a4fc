//! Charts: accessible SVG, and PNG drawn from it with an embedded font.
//!
//! Bars begin at zero and carry their values; series are named where they are drawn. A hidden figure is
//! drawn as hidden, a hatched stub of one height that says nothing of its size. Every chart is drawn
//! from a table beside it, never from numbers of its own.

mod axis;
mod band;
mod bars;
mod block;
mod bridge;
mod canvas;
mod dots;
mod finding;
mod fonts;
mod funnel;
mod image;
mod line;
mod metrics;
mod ranked;
mod raster;

pub(super) use block::block;
pub(super) use fonts::FONTS;
pub use image::Image;
pub(super) use image::{images, undrawn};

#[cfg(test)]
mod tests;
