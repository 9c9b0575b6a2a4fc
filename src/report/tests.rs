mod bench;
mod changes;
mod charts;
mod golden;
mod hostile;
mod media;
pub(super) mod sample;
mod sentences;
