//! Which lines a page lists, of however many a statement has.
//!
//! A statement may have a million lines; a page that people read may not. The
//! first lines are kept, and so are the first of those a reader looks for:
//! adjustments, and lines held or in shadow. Memory stays bounded.

use meed_settlement::{Line, Status};

/// The lines of a statement that its pages show.
#[derive(Clone, Debug, Default)]
pub struct Excerpt {
    /// The first lines, in the statement's order.
    pub lines: Vec<Line>,
    /// The first that adjust earlier statements.
    pub adjustments: Vec<Line>,
    /// The first that are held.
    pub held: Vec<Line>,
    /// The first that are in shadow.
    pub shadow: Vec<Line>,
    /// How many there are of each, listed or not.
    pub counts: Counts,
}

/// How many lines there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Counts {
    pub lines: u64,
    pub adjustments: u64,
    pub held: u64,
    pub shadow: u64,
}

impl Excerpt {
    /// Most lines a page lists.
    pub const MOST_LINES: usize = 2_000;
    /// Most adjustments, holds and shadow lines that have a table of their own.
    pub const MOST_SPECIAL: usize = 500;

    /// The excerpt of these lines.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Excerpt {
        let mut excerpt = Excerpt::default();
        lines.into_iter().for_each(|line| excerpt.add(line));
        excerpt
    }

    /// The next line of the statement.
    pub fn add(&mut self, line: &Line) {
        keep(&mut self.lines, &mut self.counts.lines, Excerpt::MOST_LINES, line);
        if is_adjustment(line) {
            keep(&mut self.adjustments, &mut self.counts.adjustments, Excerpt::MOST_SPECIAL, line);
        }
        if line.because.hold.is_some() || line.status == Status::Held {
            keep(&mut self.held, &mut self.counts.held, Excerpt::MOST_SPECIAL, line);
        }
        if line.status == Status::Shadow {
            keep(&mut self.shadow, &mut self.counts.shadow, Excerpt::MOST_SPECIAL, line);
        }
    }
}

impl Excerpt {
    /// Lines that are not listed, and how many of them are held.
    pub fn pass_over(&mut self, lines: u64, held: u64) {
        self.counts.lines += lines;
        self.counts.held += held;
    }

    /// A line that is held, of lines that were counted already.
    pub fn show_held(&mut self, line: &Line) {
        if self.held.len() < Excerpt::MOST_SPECIAL {
            self.held.push(line.clone());
        }
    }
}

/// Whether a line changes what an earlier statement said.
pub(crate) fn is_adjustment(line: &Line) -> bool {
    line.adjusts.is_some() || line.because.follows.is_some()
}

fn keep(kept: &mut Vec<Line>, count: &mut u64, most: usize, line: &Line) {
    *count += 1;
    if kept.len() < most {
        kept.push(line.clone());
    }
}
