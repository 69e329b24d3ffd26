#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lti13_fuzz::login_form(data));
