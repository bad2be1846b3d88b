//! Proves the guardrails on made caseloads, or measures how fast they are: `cargo xtask prove guardrails` and
//! `cargo xtask bench guardrails` run it.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};
use std::time::{Duration, Instant};

use meed_guardrails::{ask, indicators};
use meed_simulation::proof::{OfSeed, Plan, Results, SHOULD_CRY, SHOULD_FIND, page, prove};
use meed_simulation::{Setting, caseload};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome =
        match arguments.next().as_deref() {
            Some("prove") => proved(&arguments.collect::<Vec<_>>()),
            Some("bench") => benched(&arguments.collect::<Vec<_>>()),
            _ => Err("`prove [--caseloads N] [--only G05,G07] [--people N] [--checkpoint FILE] [--write FILE]` or `bench [--people N]`"
                .to_owned()),
        };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn proved(arguments: &[String]) -> Result<(), String> {
    let mut plan = Plan {
        setting: Setting { referrals_a_year: 300, ..Setting::default() },
        caseloads: 500,
        threads: std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
        only: Vec::new(),
        times: 1,
    };
    let (mut written, mut checkpoint, mut more) = (None, None, None);
    let mut words = arguments.iter();
    while let Some(flag) = words.next() {
        let value = words.next().ok_or_else(|| format!("`{flag}` needs a value"))?;
        let number = || value.replace('_', "").parse::<u32>().map_err(|_| format!("`{value}` is no number"));
        match flag.as_str() {
            "--caseloads" => plan.caseloads = number()?.max(1),
            "--people" => plan.setting.referrals_a_year = number()?.max(1),
            "--seed" => plan.setting.seed = u64::from(number()?),
            "--only" => plan.only = value.split(',').map(str::to_owned).collect(),
            "--larger" => more = Some(if value == "no" { 0 } else { number()? }),
            "--checkpoint" => checkpoint = Some(value.clone()),
            "--write" => written = Some(value.clone()),
            other => return Err(format!("`{other}` is not understood")),
        }
    }
    let began = Instant::now();
    let results = run(&plan, "people as stated", checkpoint.as_deref())?;
    // Those that fall short are tried with more people, in fewer caseloads: a tenth unless told.
    let more = more.unwrap_or((plan.caseloads / 10).max(1));
    let short = |results: &Results| -> Vec<String> {
        let few = results.found.iter().filter(|(_, count)| count.share() < SHOULD_FIND);
        let often = results.honest.iter().chain(&results.hard).filter(|(_, count)| count.share() > SHOULD_CRY);
        let few = few.map(|(case, _)| case.indicator).chain(often.map(|(indicator, _)| *indicator));
        let mut ids: Vec<String> = few.map(|indicator| indicator.about().id.to_owned()).collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let mut larger: Vec<(u32, Results)> = Vec::new();
    for times in [2, 5] {
        let only = short(larger.last().map_or(&results, |(_, results)| results));
        if only.is_empty() || more == 0 {
            break;
        }
        let checkpoint = checkpoint.as_ref().map(|file| format!("{file}.x{times}"));
        let more = Plan { setting: plan.setting.clone(), caseloads: more, only, times, ..plan };
        larger.push((times, run(&more, &format!("{times} times the people"), checkpoint.as_deref())?));
    }
    let text = page(&results, &larger);
    println!("{text}");
    println!("{} caseloads in {}", plan.caseloads, seconds(began.elapsed()));
    match written {
        Some(file) => std::fs::write(&file, text).map_err(|error| format!("cannot write {file}: {error}")),
        None => Ok(()),
    }
}

/// Runs the seeds, but for those a checkpoint already holds; each further one is put into it as soon as it is done. A
/// checkpoint holds for one build: it does not know whether a guardrail has changed since.
fn run(plan: &Plan, what: &str, checkpoint: Option<&str>) -> Result<Results, String> {
    let held = checkpoint.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
    let mut done: Vec<OfSeed> = held.lines().filter_map(|line| OfSeed::told(line, plan)).collect();
    done.sort_by_key(|one| one.seed);
    done.dedup_by_key(|one| one.seed);
    let open = |file| std::fs::OpenOptions::new().create(true).append(true).open(file);
    let file = checkpoint.map(open).transpose().map_err(|error| format!("cannot write the checkpoint: {error}"))?;
    let (file, finished, caseloads) = (file.map(Mutex::new), AtomicUsize::new(done.len()), plan.caseloads);
    let results = prove(plan, &done, &|one| {
        if let Some(Ok(mut file)) = file.as_ref().map(Mutex::lock) {
            // A line that is lost is a seed that is run again.
            let _ = writeln!(file, "{}", one.line());
        }
        let done = finished.fetch_add(1, Ordering::Relaxed) + 1;
        if done % 10 == 0 || done == caseloads as usize {
            eprint!("\r{what}: {done} of {caseloads} seeds");
            // Progress that cannot be shown is no reason to stop.
            let _ = std::io::stderr().flush();
        }
    });
    eprintln!();
    Ok(results)
}

fn benched(arguments: &[String]) -> Result<(), String> {
    let people: u32 = match arguments {
        [] => 300_000,
        [flag, number] if flag == "--people" => {
            number.replace('_', "").parse().map_err(|_| format!("`{number}` is no number of people"))?
        }
        other => return Err(format!("`{}` is not understood: write `--people 300000`", other.join(" "))),
    };
    // Ten providers in the contract, a quarter's worth of subcontractor and two outside, over four years.
    let setting = Setting { providers: 10, years: 3, referrals_a_year: people / 49, ..Setting::default() };
    let began = Instant::now();
    let made = caseload(&setting);
    println!(
        "{} people, {} stays, {} contacts, {} claims of four years made in {}: {} MB in tables",
        made.people.len(),
        made.spells.len(),
        made.contacts.len(),
        made.claims.len(),
        seconds(began.elapsed()),
        made.bytes() / 1_000_000,
    );
    let as_of = setting.as_of();
    let began = Instant::now();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get).min(2);
    let mut times: Vec<(usize, Duration, usize)> = std::thread::scope(|scope| {
        let work = || {
            let mut times = Vec::new();
            loop {
                let nth = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(indicator) = indicators().get(nth) else { break times };
                let began = Instant::now();
                let answers = ask(&made, &[(*indicator, indicator.about().defaults())], as_of);
                times.push((nth, began.elapsed(), answers.findings.len()));
            }
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("a question does not panic")).collect()
    });
    let took = began.elapsed();
    times.sort_unstable();
    for (nth, time, findings) in times {
        let about = indicators()[nth].about();
        println!("{:<4} {:<44} {:>8.2} s {:>8} findings", about.id, about.name, time.as_secs_f64(), findings);
    }
    println!("all {} guardrails on {threads} threads: {}", indicators().len(), seconds(took));
    println!("most memory held at a time: {}", most_memory().unwrap_or_else(|| "not told by this system".to_owned()));
    Ok(())
}

/// The most memory this process has held, where the system tells it.
fn most_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(format!("{} MB", kilobytes / 1_024))
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
