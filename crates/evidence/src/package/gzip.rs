//! Decompresses a file, but no bomb.

use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

use flate2::read::MultiGzDecoder;

use super::{Limits, csv_rows::refused};
use crate::{Broken, rules};

/// The bytes of a gzipped file, up to the limits.
pub(super) fn decompressed<'b>(bytes: Box<dyn Read + 'b>, limits: Limits) -> impl Read + 'b {
    let read = Rc::new(Cell::new(0));
    let counted = Counted { bytes, read: Rc::clone(&read) };
    Limited { bytes: MultiGzDecoder::new(counted), read, written: 0, limits }
}

/// Counts the compressed bytes.
struct Counted<R> {
    bytes: R,
    read: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.read.set(self.read.get() + read as u64);
        Ok(read)
    }
}

struct Limited<R> {
    bytes: R,
    read: Rc<Cell<u64>>,
    written: u64,
    limits: Limits,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let written = self.bytes.read(buffer)?;
        self.written += written as u64;
        let out_of_proportion =
            self.written > self.limits.small && self.written / self.limits.ratio.max(1) > self.read.get();
        if self.written > self.limits.bytes || out_of_proportion {
            let message = format!(
                "{} compressed bytes have become more than {} and there is no end",
                self.read.get(),
                self.written
            );
            let remedy = "send the table in several files, or uncompressed";
            return Err(refused(Broken::new(&rules::TOO_LARGE, message, remedy)));
        }
        Ok(written)
    }
}
