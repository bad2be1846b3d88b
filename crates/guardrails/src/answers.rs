//! Who answered a finding, when and why, and has it come back worse since?
//!
//! Answers stand beside the findings they answer, in a file that only grows: each line names the one before it by hash,
//! the first one the findings themselves. So a statement that was settled with three answers can be settled again after a
//! fourth was added, and nobody can change an answer without that being seen.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    day::Day,
    finding::{Closed, Finding, Standing},
    report::Report,
};

/// The name of the file beside `findings.json`.
pub const FILE: &str = "answers.jsonl";
/// A figure without an interval has come back worse when it lies this much further from what it is held against (ours).
pub const FURTHER: f64 = 0.25;

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Answer {
    /// Identity of the finding.
    pub finding: String,
    /// What is done.
    pub does: Does,
    /// The day.
    pub on: Day,
    /// The party that decided.
    pub by: String,
    /// Why, in a sentence.
    pub because: String,
    /// SHA-256 of the line before, without its end; of `findings.json` for the first.
    pub after: String,
}

/// What an answer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// Closes the finding: it holds nothing from that day on.
    Close,
    /// Opens it again: it holds from that day on, to the end of its time.
    Reopen,
}

/// The answers to one run of guardrails, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerFile {
    findings: String,
    lines: Vec<Answer>,
    /// SHA-256 of each line.
    hashes: Vec<String>,
}

/// Why an answer cannot be taken, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

/// A finding that was answered before, as it stood then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Answered {
    /// Identity of the finding that was answered.
    pub finding: String,
    /// The answer.
    pub closed: Closed,
    /// How it stood.
    pub standing: Standing,
    /// Its figure.
    pub value: Option<f64>,
    /// The farthest figure that the answer covers; none where rows alone decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<f64>,
    /// Why it is open again all the same; none while the answer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopened: Option<String>,
}

impl AnswerFile {
    /// No answers yet to findings of this hash.
    pub fn none(findings: &str) -> AnswerFile {
        AnswerFile { findings: findings.to_owned(), ..AnswerFile::default() }
    }

    /// Reads the file that stands beside findings of this hash.
    ///
    /// # Errors
    /// In words, when a line does not read, or does not follow on the one before it.
    pub fn read(text: &str, findings: &str) -> Result<AnswerFile, String> {
        let mut answers = AnswerFile::none(findings);
        for (nth, line) in text.lines().enumerate() {
            let answer: Answer = serde_json::from_str(line).map_err(|error| format!("line {}: {error}", nth + 1))?;
            if answer.after != answers.last_hash() {
                let what = if nth == 0 { "the findings beside it" } else { "the line before it" };
                return Err(format!("line {} does not follow on {what}: one of them was changed", nth + 1));
            }
            answers.push(answer, line);
        }
        Ok(answers)
    }

    fn push(&mut self, answer: Answer, line: &str) {
        self.hashes.push(sha256(line));
        self.lines.push(answer);
    }

    /// SHA-256 of the last line; of the findings where there is none.
    pub fn last_hash(&self) -> &str {
        self.hashes.last().unwrap_or(&self.findings)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The first so many, as a statement was settled with; none when there are fewer.
    pub fn first(&self, count: usize) -> Option<AnswerFile> {
        (count <= self.len()).then(|| AnswerFile {
            findings: self.findings.clone(),
            lines: self.lines[..count].to_vec(),
            hashes: self.hashes[..count].to_vec(),
        })
    }

    /// What was done about a finding by the end of a day, first to last.
    pub fn of<'a>(&'a self, finding: &'a str, by: Day) -> impl Iterator<Item = &'a Answer> {
        self.lines.iter().filter(move |answer| answer.finding == finding && answer.on <= by)
    }

    /// The answer that a finding stands closed by at the end of a day; what it brought with it counts as the first.
    pub fn closed(&self, finding: &Finding, by: Day) -> Option<Closed> {
        self.of(&finding.id, by).fold(finding.closed.clone(), |_, answer| match answer.does {
            Does::Close => Some(Closed { on: answer.on, by: answer.by.clone(), because: answer.because.clone() }),
            Does::Reopen => None,
        })
    }

    /// Adds an answer, and gives back the line to put behind the others.
    ///
    /// # Errors
    /// When the finding is unknown, asks nothing, or stands so already; when the reason or the party is missing, the party
    /// is not the one that decides, or the day lies before the finding or before an earlier answer to it.
    pub fn add(
        &mut self,
        report: &Report,
        finding: &str,
        does: Does,
        on: Day,
        (by, because): (&str, &str),
    ) -> Result<String, Refused> {
        let refused = |what: String, remedy: &str| Err(Refused { what, remedy: remedy.to_owned() });
        let Some(found) = report.findings.iter().find(|one| one.id == finding) else {
            let open: Vec<&str> = report.by_weight().into_iter().map(|one| one.id.as_str()).take(12).collect();
            return refused(
                format!("there is no finding `{finding}`"),
                &match open.is_empty() {
                    true => "none of these findings asks anything".to_owned(),
                    false => format!("those that ask are {}", open.join(", ")),
                },
            );
        };
        if found.standing <= Standing::AsExpected {
            return refused(
                format!("{finding} stands as {} and asks nothing", found.standing),
                "answer findings that are worth asking about, or to act on",
            );
        }
        let (by, because) = (by.trim(), because.trim());
        if because.chars().filter(|letter| letter.is_alphanumeric()).count() < 3 {
            return refused("an answer without a reason answers nothing".into(), "say with --reason what was found");
        }
        if by.is_empty() {
            return refused("nobody has decided".into(), "say with --by which party decided");
        }
        let decides: BTreeSet<&str> =
            report.follows_from(found).filter_map(|response| response.decides.as_deref()).collect();
        if !decides.is_empty() && !decides.contains(by) {
            let who: Vec<&str> = decides.into_iter().collect();
            return refused(
                format!("by the contract {} decides about {finding}, not {by}", who.join(" or ")),
                "let the party that decides close it, and name it with --by",
            );
        }
        if found.subject.provider.as_deref() == Some(by) {
            return refused(
                format!("{by} is the provider that the finding is about"),
                "a provider explains; another party decides",
            );
        }
        if on < report.as_of {
            return refused(
                format!("{on} lies before the finding, which looks up to {}", report.as_of),
                "give the day of the decision",
            );
        }
        let earlier = self.lines.iter().rev().find(|answer| answer.finding == finding);
        if let Some(earlier) = earlier.filter(|earlier| on < earlier.on) {
            return refused(
                format!("{on} lies before {}, the day of the answer before it", earlier.on),
                "give the day of the decision; history only grows",
            );
        }
        match (does, self.closed(found, Day::from_number(i64::from(i32::MAX)))) {
            (Does::Close, Some(closed)) => {
                return refused(
                    format!("{finding} is closed: by {} on {}, because {}", closed.by, closed.on, closed.because),
                    "nothing is to be done; `meed guard reopen` opens it again",
                );
            }
            (Does::Reopen, None) => return refused(format!("{finding} is open"), "nothing is to be done"),
            _ => {}
        }
        let answer = Answer {
            finding: finding.to_owned(),
            does,
            on,
            by: by.to_owned(),
            because: because.to_owned(),
            after: self.last_hash().to_owned(),
        };
        let line = serde_json::to_string(&answer).expect("an answer holds texts and a day");
        self.push(answer, &line);
        Ok(line)
    }
}

/// SHA-256 of a text, in 64 digits.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Carries answers over into a later run: a question that was answered stays answered, unless it has come back worse.
pub fn carry(report: &mut Report, earlier: &[(Report, AnswerFile)]) {
    let mut runs: Vec<&(Report, AnswerFile)> =
        earlier.iter().filter(|(run, _)| run.contract == report.contract && run.as_of < report.as_of).collect();
    runs.sort_by_key(|(run, _)| run.as_of);
    let mut before = BTreeMap::<(&str, &str, String), (&Finding, Option<Closed>)>::new();
    for (run, answers) in runs {
        for finding in run.findings.iter().filter(|finding| finding.standing > Standing::AsExpected) {
            let key = (finding.indicator.as_str(), finding.measure.as_str(), finding.subject.to_string());
            before.insert(key, (finding, answers.closed(finding, report.as_of)));
        }
    }
    for finding in report.findings.iter_mut().filter(|finding| finding.standing > Standing::AsExpected) {
        let key = (finding.indicator.as_str(), finding.measure.as_str(), finding.subject.to_string());
        let Some((then, Some(closed))) = before.get(&key) else { continue };
        // What an answer covered is remembered from run to run, so that a slow drift is no way around it.
        let mut answered = match &then.answered {
            Some(answered) if then.closed.is_some() && answered.reopened.is_none() => answered.clone(),
            _ => Answered {
                finding: then.id.clone(),
                closed: closed.clone(),
                standing: then.standing,
                value: then.value,
                up_to: far_end(then),
                reopened: None,
            },
        };
        answered.closed = closed.clone();
        answered.reopened = worse(finding, then, &answered);
        finding.closed = answered.reopened.is_none().then(|| closed.clone());
        finding.answered = Some(answered);
    }
}

/// The farthest figure that an answer covers: the end of the interval on the side of the finding, else a quarter further
/// from what it is held against.
fn far_end(finding: &Finding) -> Option<f64> {
    let (value, against) = (finding.value?, finding.comparator.value?);
    match finding.interval {
        Some(interval) if value < against => Some(interval.low),
        Some(interval) => interval.high,
        None if lists(finding) => None,
        None => Some(value + FURTHER * (value - against)),
    }
}

/// Whether a finding is a list of cases, each of which somebody looks at.
fn lists(finding: &Finding) -> bool {
    finding.p.is_none() && finding.interval.is_none() && finding.rows.count > 0
}

/// Why a finding is worse than what was answered; none where it is not.
fn worse(now: &Finding, then: &Finding, answered: &Answered) -> Option<String> {
    if now.standing > answered.standing {
        return Some(format!(
            "it stood as {} when it was answered, and now stands as {}",
            answered.standing, now.standing
        ));
    }
    if lists(now) {
        let known: BTreeSet<_> = then.rows.first.iter().collect();
        let fresh = now.rows.first.iter().filter(|row| !known.contains(row)).count();
        // Rows that are not listed may be new ones.
        let fresh = fresh + now.rows.count.saturating_sub(now.rows.first.len());
        return (fresh > 0).then(|| {
            format!(
                "{fresh} of its {} cases {} not among those that were answered",
                now.rows.count,
                if fresh == 1 { "was" } else { "were" }
            )
        });
    }
    let (value, up_to, against) = (now.value?, answered.up_to?, now.comparator.value?);
    let further = if up_to < against { value < up_to } else { value > up_to };
    further.then(|| format!("the answer covered figures up to {up_to:.3}, and it is now {value:.3}"))
}
