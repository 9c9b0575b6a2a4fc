//! What becomes of an edition on its way to its readers, and what a person decides about it: the whole way, over a
//! mail server.

mod approval;
mod attempts;
mod bounces;
mod corrections;
mod digests;
mod onward;
mod owners;
mod processes;
mod set_up;
