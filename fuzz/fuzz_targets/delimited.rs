#![no_main]
#[path = "../../tests/all/fuzz/targets.rs"]
#[expect(dead_code, reason = "each program calls one of the targets")]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::delimited(bytes));
