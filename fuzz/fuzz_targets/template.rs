#![no_main]
#[path = "../../tests/all/fuzz/targets.rs"]
#[allow(dead_code, clippy::all)]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::template(bytes));
