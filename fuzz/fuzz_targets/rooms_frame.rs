#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| api::fuzzing::fuzz_rooms_frame(bytes));
