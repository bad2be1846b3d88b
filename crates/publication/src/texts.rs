//! The two texts of a line that people read, worked out once for every file that holds them.

use meed_settlement::Line;

/// A line's reason, as a sentence and as arithmetic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// The reason as one sentence.
    pub sentence: String,
    /// The reason as arithmetic with the numbers put in.
    pub arithmetic: String,
}

impl Texts {
    /// The texts of a line.
    pub fn of(line: &Line) -> Texts {
        Texts { sentence: line.sentence(), arithmetic: line.arithmetic() }
    }
}
