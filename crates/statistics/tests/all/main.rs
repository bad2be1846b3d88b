//! Every statistic, against published tables, closed forms and other programs.

mod distributions;
mod generators;
