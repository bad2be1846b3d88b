//! Every statistic, against published tables, closed forms and other programs.

mod calibration;
mod competing;
mod data;
mod density;
mod distributions;
mod generators;
mod golden;
mod mixed;
mod reference;
mod refusals;
mod regression_references;
mod resampling;
mod survival;
mod survival_references;
