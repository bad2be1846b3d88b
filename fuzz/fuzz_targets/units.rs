//! Any text as a quantity: what reads prints as something that reads as the same.
#![no_main]

use std::{fmt::Display, str::FromStr};

use libfuzzer_sys::fuzz_target;
use meed_units::{Date, EffectSize, Exact, Frequency, Length, Moment, Money, Percent, Period, Points, RoundingMode};

fn reads_back<T: FromStr + Display + PartialEq>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let printed = value.to_string();
        assert!(
            printed.ends_with(['…', '%'])
                || printed.contains('…')
                || printed.parse::<T>().is_ok_and(|again| again == value),
            "{printed}"
        );
    }
}

fuzz_target!(|text: &str| {
    reads_back::<Money>(text);
    reads_back::<Exact>(text);
    reads_back::<Percent>(text);
    reads_back::<Points>(text);
    reads_back::<EffectSize>(text);
    reads_back::<Date>(text);
    reads_back::<Period>(text);
    reads_back::<Moment>(text);
    reads_back::<Length>(text);
    reads_back::<Frequency>(text);
    reads_back::<RoundingMode>(text);
    let _ = Moment::parse_until(text);
});
