//! What follows from findings by the terms of the contract: who does what until when, and which files are audited.

use meed_guardrails::{
    Caseload, Day, Finding, Standing, Step,
    files::{Audit, sample},
    method::audit::Commitment,
    report::{Report, Response as Follows},
};
use meed_terms::{FindingStanding, Guardrail, Response, Terms};
use meed_units::counted;

use crate::error::{AppError, Result};

/// A seed whose promise was kept.
#[derive(Debug)]
pub(crate) struct Seed {
    pub promise: Commitment,
    pub seed: String,
}

/// Whether a finding stands as high as a term asks.
pub(crate) fn reaches(finding: &Finding, guardrail: &Guardrail) -> bool {
    let least = match guardrail.when {
        FindingStanding::WorthAsking => Standing::WorthAsking,
        FindingStanding::Act => Standing::Act,
    };
    finding.indicator == guardrail.indicator.value && finding.standing >= least
}

/// Puts into the report what follows from its findings. Nothing here prices anything.
pub(crate) fn answer(report: &mut Report, terms: &Terms, caseload: &Caseload, seed: Option<&Seed>) -> Result<()> {
    let (mut responses, mut audits) = (Vec::new(), Vec::<Audit>::new());
    // What was answered before is not asked again.
    for finding in report.findings.iter().filter(|finding| finding.closed.is_none()) {
        for guardrail in terms.contract.guardrail.iter().filter(|guardrail| reaches(finding, guardrail)) {
            let mut drawn = None;
            if let (Response::Audit, Some(seed)) = (guardrail.response.value, seed) {
                let share = guardrail.share.as_ref().and_then(|share| share.0.to_plain(12).parse::<f64>().ok());
                let audit = sample(caseload, finding, share, &seed.promise, &seed.seed).map_err(|refusal| {
                    AppError::new(format!("no sample for {}: {refusal}", finding.id), refusal.remedy())
                })?;
                drawn = Some(audit);
            }
            responses.push(response(finding, guardrail, report.as_of, terms, drawn.as_ref()));
            audits.extend(drawn.filter(|audit| !audits.iter().any(|known| known.finding == audit.finding)));
        }
    }
    (report.responses, report.audits) = (responses, audits);
    Ok(())
}

fn response(finding: &Finding, guardrail: &Guardrail, as_of: Day, terms: &Terms, drawn: Option<&Audit>) -> Follows {
    let response = guardrail.response.value;
    let until = guardrail.within.as_ref().and_then(|within| within.value.after(as_of.date(), &terms.working_days));
    let clauses: Vec<String> = guardrail.clauses.iter().map(|clause| clause.value.to_string()).collect();
    let decides = guardrail.decides.as_ref().map(|party| party.value.to_string());
    let provider = finding.subject.provider.as_deref().unwrap_or("every provider");
    let by = until.map_or_else(String::new, |until| format!(" before {until}"));
    let who = decides.as_deref().unwrap_or("the parties");
    let of = clauses.join(", ");
    let ends = until.map_or_else(|| "it is closed".to_owned(), |until| format!("{until}, or until it is closed"));
    let follows = match response {
        Response::Note => "It is noted. Nothing else follows.".to_owned(),
        Response::Ask => format!("{provider} explains it{by}. `meed guard close` writes down the answer."),
        Response::Audit => audited(drawn),
        Response::Hold => format!(
            "Lines of {of} for the people it names wait until {ends}, in every settlement that is given these findings. \
             All else is paid on time; what was paid before stays paid."
        ),
        Response::Stop => format!(
            "Every line of {of} of {provider} waits until {ends}, in every settlement that is given these findings. \
             What was paid before stays paid. Safeguarding and the clinical lead are told by people: Meed tells nobody."
        ),
        Response::LookAgain => format!(
            "{who} and {provider} look at bands and prices again{by}, for the future. Nothing changes until they sign an \
             amendment: no line is priced otherwise because of this finding."
        ),
        Response::Cap => format!(
            "Whether the incentive is capped or switched off is for {who} to decide{by}. Nothing changes until an \
             amendment is signed, and then from its day on: no line is capped because of this finding."
        ),
        Response::Support => format!("{provider} is offered help{by}. It costs the provider nothing."),
    };
    let step = match response {
        Response::Note => Step::R0,
        Response::Ask => Step::R1,
        Response::Audit => Step::R2,
        Response::Hold => Step::R3,
        Response::LookAgain => Step::R4,
        Response::Cap => Step::R6,
        Response::Stop => Step::R7,
        Response::Support => Step::R8,
    };
    Follows {
        finding: finding.id.clone(),
        response: response.word().to_owned(),
        step,
        decides,
        until: until.map(Day::of),
        clauses,
        follows,
    }
}

fn audited(drawn: Option<&Audit>) -> String {
    match drawn {
        Some(audit) => {
            let all: usize = audit.draw.strata.iter().map(|stratum| stratum.universe).sum();
            let files: usize = audit.draw.strata.iter().map(|stratum| stratum.drawn.len()).sum();
            format!(
                "{files} of {} {} audited: audit-sample.csv lists them, drawn from a seed promised before as \
                 {}. What the audit finds is recovered, if at all, by an audit-recovery clause at its lower limit.",
                counted(all, "file", "files"),
                if files == 1 { "is" } else { "are" },
                audit.draw.commitment.hash
            )
        }
        None => {
            "A sample of files is to be audited and is not drawn yet. Promise a seed before the claims are frozen with \
                 `meed guard --promise`, then draw with --seed-file and --promised."
                .to_owned()
        }
    }
}

/// `audit-sample.csv`: the files to audit, each with the promise that its seed keeps.
pub(crate) fn sample_csv(report: &Report) -> Result<String> {
    let head = ["finding", "stratum", "files_in_stratum", "place", "person", "method", "about", "commitment", "seed"];
    let rows = report.audits.iter().flat_map(|audit| {
        let draw = &audit.draw;
        audit.rows().map(|row| {
            let known = [&draw.method, &draw.commitment.about, &draw.commitment.hash, &draw.seed];
            row.into_iter().chain(known.map(Clone::clone)).collect::<Vec<String>>()
        })
    });
    csv_of(&head, rows)
}

/// `links.csv`: pairs of people in two registers, the surest first.
pub(crate) fn links_csv(report: &Report) -> Result<String> {
    let head = [
        "register",
        "verdict",
        "chance",
        "weight_bits",
        "person",
        "other_person",
        "outcome",
        "claim",
        "claimed_on",
        "other_claim",
        "other_claimed_on",
    ];
    let rows = report.linked.iter().flat_map(|linked| {
        linked.links.iter().map(|link| {
            let verdict = serde_json::to_value(link.verdict).ok();
            vec![
                linked.register.clone(),
                verdict.as_ref().and_then(|word| word.as_str()).unwrap_or_default().to_owned(),
                format!("{:.4}", link.chance),
                link.weight.map_or_else(String::new, |bits| format!("{bits:.2}")),
                link.person.clone(),
                link.other.clone(),
                link.outcome.clone(),
                link.claim.clone(),
                link.on.to_string(),
                link.other_claim.clone(),
                link.other_on.to_string(),
            ]
        })
    });
    csv_of(&head, rows)
}

fn csv_of(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<String> {
    let wrong =
        |error: &dyn std::fmt::Display| AppError::new(format!("a table could not be written: {error}"), "run it again");
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(head).map_err(|error| wrong(&error))?;
    for row in rows {
        // A cell that begins like a formula would be one in a spreadsheet.
        let safe = row.iter().map(|cell| match cell.starts_with(['=', '+', '-', '@']) {
            true => format!("'{cell}"),
            false => cell.clone(),
        });
        csv.write_record(safe).map_err(|error| wrong(&error))?;
    }
    let bytes = csv.into_inner().map_err(|error| wrong(&error))?;
    String::from_utf8(bytes).map_err(|error| wrong(&error))
}
