//! Plans carried out on tables in memory: what each method answers, warns of and refuses.

mod bad_input;
mod calibration;
mod faults;
mod fields;
mod lines;
mod matched;
mod panels;
mod support;
mod survival;
mod trials;
