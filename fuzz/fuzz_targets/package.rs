//! Any bytes as a package: the first line is the descriptor, what follows is the file it names.
#![no_main]

use std::io::{self, Read};

use libfuzzer_sys::fuzz_target;
use meed_evidence::{Expected, Limits, Package, Source, check_package, declared, standard};

struct OneFile<'a>(&'a [u8]);

impl Source for OneFile<'_> {
    fn open(&self, _: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.0))
    }
}

fuzz_target!(|bytes: &[u8]| {
    let cut = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (descriptor, file) = bytes.split_at(cut);
    let Ok(descriptor) = std::str::from_utf8(descriptor) else { return };
    let _ = declared(descriptor);
    let Ok(package) = Package::read(descriptor) else { return };
    let limits = Limits { bytes: 1 << 20, small: 1 << 16, ..Limits::default() };
    let file = file.strip_prefix(b"\n").unwrap_or(file);
    let report = check_package(&package, standard(), &OneFile(file), limits, Expected::default());
    assert!(report.rows_good <= report.rows_read, "a good row was read");
    let _ = (report.text(), report.json());
});
