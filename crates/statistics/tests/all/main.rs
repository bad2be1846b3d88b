//! Every statistic, against published tables, closed forms and other programs.

mod competing;
mod data;
mod density;
mod distributions;
mod generators;
mod mixed;
mod reference;
mod survival;
mod survival_references;
