#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| app::fuzzing::fuzz_cursor(bytes));
