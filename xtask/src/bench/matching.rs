//! How fast are ten comparison people found for each of a thousand in a large pool, beside MatchIt on the same people?

use std::process::Command;

use crate::house;

/// Builds the maker of people, matches them here, and hands the same people to MatchIt.
pub fn run(pool: u32) -> Result<(), String> {
    let folder = house::cache().join("bench").join(format!("matching-{pool}"));
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| String::from("cargo"));
    let mut own = Command::new(cargo);
    own.current_dir(house::root());
    own.args(["run", "--quiet", "--profile", "fast", "-p", "meed-evaluation", "--example", "match_people", "--"]);
    own.args(["1000", &pool.to_string(), "10"]).arg(&folder);
    println!(
        "1000 treated, ten comparison people for each, a pool of {pool}; seconds, the quickest of five here, one run there"
    );
    house::must(&mut own)?;
    let mut theirs = Command::new(std::env::var("MEED_RSCRIPT").unwrap_or_else(|_| String::from("Rscript")));
    theirs.arg(house::root().join("benches/matching/matchit.R")).arg(&folder).args(["10", "fit"]);
    house::must(&mut theirs)
}
