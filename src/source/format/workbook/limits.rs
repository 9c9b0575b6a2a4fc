/// Most columns of a sheet: a value further right is a mistake or malicious.
pub(super) const COLUMNS: u32 = 512;
/// Rows at the top of a sheet that may hold the header: merged cells below them are not read.
pub(super) const TITLES: u32 = 256;
