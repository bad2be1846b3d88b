//! Takes the good rows of a package while it is checked, so that whoever writes them need not read it again.

use crate::{Table, Value};

/// Whoever wants the good rows of a package.
pub trait Keep: Sync {
    /// The rows of a table follow, those of all its files one after the other. None where they are not wanted.
    fn table<'k>(&'k self, table: &'k Table) -> Option<Box<dyn Kept + 'k>>;
}

/// The good rows of one table.
pub trait Kept {
    /// A row that kept every rule so far, its cells in the order of the table's columns. `false` says that no more rows
    /// are wanted.
    fn row(&mut self, row: &[Value<'_>]) -> bool;

    /// The end of the table. Where it is not `sound`, a row that was given was found bad afterwards, or a file was
    /// refused as a whole.
    fn finish(self: Box<Self>, sound: bool);
}

/// Wants nothing.
pub(crate) struct KeepNothing;

impl Keep for KeepNothing {
    fn table<'k>(&'k self, _: &'k Table) -> Option<Box<dyn Kept + 'k>> {
        None
    }
}
