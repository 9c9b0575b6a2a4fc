mod changes;
mod charts;
mod hostile;
mod media;
pub(super) mod sample;
mod sentences;
