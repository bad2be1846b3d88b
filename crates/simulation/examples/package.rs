//! Writes a made caseload as an evidence package, with a contract that fits it: `cargo xtask simulate` runs it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use meed_evidence::{standard_table, write_descriptor};
use meed_simulation::{Setting, behaviour, behaviours, caseload, tables};

const USAGE: &str = "--out FOLDER [--people N] [--years N] [--seed S] [--harder 0.7] [--behaviour creaming=0.5]...";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut setting = Setting { referrals_a_year: 0, ..Setting::default() };
    let (mut out, mut people) = (None, 3_000_u32);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut words = arguments.iter();
    while let Some(flag) = words.next() {
        let value = words.next().ok_or_else(|| format!("`{flag}` needs a value: {USAGE}"))?;
        let number = || value.replace('_', "").parse::<u32>().map_err(|_| format!("`{value}` is no number"));
        match flag.as_str() {
            "--out" => out = Some(PathBuf::from(value)),
            "--people" => people = number()?.max(100),
            "--years" => setting.years = number()?.clamp(1, 20),
            "--seed" => setting.seed = u64::from(number()?),
            "--harder" => setting.harder = value.parse().map_err(|_| format!("`{value}` is no number"))?,
            "--behaviour" => setting.behaviours.push(asked(value)?),
            other => return Err(format!("`{other}` is not understood: {USAGE}")),
        }
    }
    let out = out.ok_or_else(|| format!("where to? {USAGE}"))?;
    // Seven providers and a quarter, over all years.
    let parts = (7.25 * f64::from(setting.years + setting.years_before)).max(1.0);
    setting.referrals_a_year = (f64::from(people) / parts).ceil() as u32;
    let made = caseload(&setting);
    let evidence = out.join("evidence");
    std::fs::create_dir_all(&evidence).map_err(|error| format!("cannot make {}: {error}", evidence.display()))?;
    let write = |file: &Path, text: &str| {
        std::fs::write(file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))
    };
    let texts = tables(&made);
    let files: Vec<String> = texts.iter().map(|table| format!("{}.csv", table.name)).collect();
    let mut described = Vec::new();
    for (table, file) in texts.iter().zip(&files) {
        write(&evidence.join(file), &table.csv)?;
        let standard =
            standard_table(table.name).ok_or_else(|| format!("the evidence standard has no table `{}`", table.name))?;
        described.push((standard, file.as_str()));
    }
    write(&evidence.join("datapackage.json"), &write_descriptor("made-people", &described))?;
    write(&out.join("contract.toml"), include_str!("made-contract.toml"))?;
    println!(
        "{}: {} people, {} stays, {} tables, known on {}; nobody in it exists",
        out.display(),
        made.people.len(),
        made.spells.len(),
        texts.len(),
        setting.as_of(),
    );
    Ok(())
}

fn asked(text: &str) -> Result<(&'static dyn meed_simulation::Behaviour, f64), String> {
    let (name, degree) = text.split_once('=').unwrap_or((text, "1"));
    let known = || behaviours().iter().map(|one| one.name()).collect::<Vec<_>>().join(", ");
    let behaviour = behaviour(name).ok_or_else(|| format!("there is no behaviour `{name}`; there are: {}", known()))?;
    let degree: f64 = degree.parse().map_err(|_| format!("`{degree}` is no degree from 0 to 1"))?;
    if !(0.0..=1.0).contains(&degree) {
        return Err(format!("a degree runs from 0 to 1, and `{degree}` does not lie there"));
    }
    Ok((behaviour, degree))
}
