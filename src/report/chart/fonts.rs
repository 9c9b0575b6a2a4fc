/// Liberation Sans, regular and bold, under the SIL Open Font License: see `fonts/LICENSE.txt`.
pub(in crate::report) const FONTS: [&[u8]; 2] =
    [include_bytes!("fonts/LiberationSans-Regular.ttf"), include_bytes!("fonts/LiberationSans-Bold.ttf")];
