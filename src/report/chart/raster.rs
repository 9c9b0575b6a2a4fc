//! SVG to pixels, with the fonts of this folder and no other.

use std::sync::{Arc, LazyLock};

use super::fonts::FONTS;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

/// Pixels for each point: two for each of the page's, so that charts are sharp on dense screens.
const DENSITY: f32 = 2.4;

/// The fonts as the drawing finds them by name.
static FAMILIES: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for font in FONTS {
        fonts.load_font_data(font.to_vec());
    }
    fonts.set_sans_serif_family("Liberation Sans");
    Arc::new(fonts)
});

/// Returns every text in the one family that is there.
pub(super) fn options() -> Options<'static> {
    Options { font_family: "Liberation Sans".to_owned(), fontdb: Arc::clone(&FAMILIES), ..Options::default() }
}

/// Returns the drawing as PNG on opaque white; the same bytes on every machine.
pub(super) fn png(svg: &str) -> Result<Vec<u8>, String> {
    let tree = Tree::from_str(svg, &options()).map_err(|error| error.to_string())?;
    let size = tree.size().to_int_size().scale_by(DENSITY).ok_or("it has no size")?;
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or("it is too large")?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(DENSITY, DENSITY), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}
