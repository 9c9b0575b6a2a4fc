//! Small ways of writing text that several rooms need, and that must be the same in all of them.

mod count;
mod escape;
mod hex;
mod known;
mod visible;

pub use count::{counted, grouped};
pub use escape::escape;
pub use hex::hex;
pub use known::known;
pub use visible::{in_one_line, visible, visible_json};
