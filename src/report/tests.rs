mod hostile;
mod media;
pub(super) mod sample;
mod sentences;
