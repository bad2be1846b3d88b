//! Writes a made-up statement in every form, to look at: `cargo run -p meed-publication --example sample_statement -- DIR`.

#[path = "../tests/publication/fixture.rs"]
#[allow(dead_code)]
mod fixture;

use std::{env, error::Error, fs, path::PathBuf};

use meed_publication::{Excerpt, check_report_html, lines_csv, statement_html, statement_json, statement_pdf};

fn main() -> Result<(), Box<dyn Error>> {
    let to: PathBuf = env::args().nth(1).unwrap_or_else(|| "target/sample-statement".into()).into();
    for (name, (head, lines)) in [
        ("statement", fixture::statement()),
        ("hostile", fixture::hostile()),
        ("nothing", fixture::nothing()),
        ("grand", fixture::grand()),
        ("many", fixture::many(2_400)),
    ] {
        let to = to.join(name);
        fs::create_dir_all(&to)?;
        let excerpt = Excerpt::of(&lines);
        statement_json::write(&head, &lines, fs::File::create(to.join("statement.json"))?)?;
        lines_csv::write(&lines, fs::File::create(to.join("lines.csv"))?)?;
        fs::write(to.join("statement.html"), statement_html(&head, &excerpt))?;
        fs::write(to.join("statement.pdf"), statement_pdf(&head, &excerpt)?)?;
        println!("{}", to.display());
    }
    fs::write(
        to.join("check-report.html"),
        check_report_html("Evidence of riverside, March 2004", &fixture::report()),
    )?;
    Ok(())
}
