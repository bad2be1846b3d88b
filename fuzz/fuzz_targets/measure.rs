//! Any text as a measure: its head, or problems at lines that the file has.
#![no_main]

use libfuzzer_sys::fuzz_target;
use meed_measures::Measure;

fuzz_target!(|text: &str| {
    match Measure::read("fuzzed".into(), text) {
        Ok(measure) => assert!(!measure.question.is_empty()),
        Err(problems) => {
            assert!(!problems.is_empty(), "a measure is refused with a reason");
            for problem in problems {
                assert!(
                    problem.line >= 1 && problem.line <= text.lines().count().max(1),
                    "line {} is in the file",
                    problem.line
                );
            }
        }
    }
});
