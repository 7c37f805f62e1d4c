#![no_main]

#[path = "../properties.rs"]
#[allow(dead_code)]
mod properties;
#[path = "../script.rs"]
#[allow(dead_code)]
mod script;

libfuzzer_sys::fuzz_target!(|data: &[u8]| properties::cursors(data));
