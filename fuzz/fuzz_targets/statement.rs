//! Any bytes as a statement: what is read adds up and says why; everything else is refused at its place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use meed_publication::read_statement;
use meed_settlement::identity;

fuzz_target!(|bytes: &[u8]| {
    match read_statement("fuzzed", bytes) {
        Err(broken) => assert!(!broken.problem.is_empty() && !broken.help.is_empty()),
        Ok((head, lines)) => {
            let _ = serde_json::to_string(&head);
            for line in lines.map_while(Result::ok) {
                let _ = (line.sentence(), line.arithmetic(), line.because.working.exact());
                assert!(line.id.starts_with(identity(&line.id)));
            }
        }
    }
});
