//! Any text as a contract: terms, or problems with their places; and terms read back in English.
#![no_main]

use libfuzzer_sys::fuzz_target;
use meed_terms::{Folder, Severity, Terms};

fuzz_target!(|text: &str| {
    let folder = Folder { name: "fuzzed".into(), contract: text.to_owned(), ..Folder::default() };
    let read = Terms::read(&folder);
    let refused = read.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    assert_eq!(read.terms.is_none(), refused, "a contract is refused with a reason, or sound");
    for diagnostic in &read.diagnostics {
        let _ = diagnostic.render(text);
        let _ = diagnostic.json(text);
    }
    if let Some(terms) = read.terms {
        assert!(!terms.plain_english().is_empty());
    }
});
