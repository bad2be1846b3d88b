//! Measures how fast the project's main jobs run, beside other ways of doing them.

mod engines;
mod evaluation;
mod guardrails;
mod lines;
mod matching;
mod people;
mod settle;

/// Runs one bench: `settle`, `engines` and `matching` with `--people N`, `evaluation`, `guardrails` and `lines` as they are.
pub fn run(arguments: &[String]) -> Result<(), String> {
    match arguments.first().map(String::as_str) {
        Some("engines") => engines::run(number_of_people(&arguments[1..])?),
        Some("guardrails") => guardrails::run(&arguments[1..]),
        Some("lines") => lines::run(),
        Some("matching") => matching::run(number_of_people(&arguments[1..])?),
        Some("evaluation") => evaluation::run(),
        Some("settle") => settle::run(number_of_people(&arguments[1..])?),
        _ => Err(String::from(
            "which bench? `cargo xtask bench settle --people 100000`, `evaluation`, `engines`, `lines`, `matching` or `guardrails`",
        )),
    }
}

fn number_of_people(arguments: &[String]) -> Result<u32, String> {
    match arguments {
        [] => Ok(100_000),
        [flag, number] if flag == "--people" => match number.replace('_', "").parse() {
            Ok(people) if people > 0 => Ok(people),
            _ => Err(format!("`{number}` is no number of people: write `--people 100000`")),
        },
        other => Err(format!("`{}` is not understood: write `--people 100000`", other.join(" "))),
    }
}
