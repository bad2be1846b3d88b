//! Comparison groups and effects, held against published figures and other programs.

mod matching;
