/// Most bytes that one stream of a PDF may come to when it is unpacked.
pub(super) const UNPACKED: usize = 100_000_000;
