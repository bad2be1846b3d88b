//! What a statement's pages say: every word and amount as it is shown, so that
//! HTML and PDF cannot differ in what they tell.

use std::collections::{HashMap, HashSet};

use meed_settlement::{Distribution, Head, Line, Status};
use meed_units::Money;
use serde::Serialize;

use crate::{
    excerpt::Excerpt,
    waterfall::waterfall_in_words,
    words::{self, anchor, clean, count, money, or_dash},
};

/// A statement, ready to be laid out.
#[derive(Serialize)]
pub(crate) struct Page {
    pub title: String,
    /// Title of the document: what a window or a file list shows.
    pub document: String,
    pub contract: String,
    pub version: String,
    /// `March 2004`
    pub period: String,
    /// `1 March 2004 to 31 March 2004`
    pub days: String,
    pub known_at: String,
    pub currency: String,
    pub commissioner: String,
    /// `council pays`, or `council and central-fund pay`.
    pub who_pays: String,
    pub assessor: Option<String>,
    pub provider_names: Vec<String>,
    pub rounding: String,
    pub contract_hash: String,
    pub snapshot: String,
    /// The versions in force, where there was more than one.
    pub versions: Vec<Named>,
    /// The runs of guardrails it was settled with.
    pub findings: Vec<Named>,
    pub totals: Amounts,
    pub providers: Vec<Provider>,
    /// Who pays how much, where more than one does.
    pub payers: Vec<Payer>,
    pub clauses: Vec<Clause>,
    pub clause_sums: ClauseSums,
    pub earlier: Vec<Earlier>,
    pub picture: String,
    /// What becomes of what is paid, where the contract has investors.
    pub distribution: Option<Distributed>,
    pub notes: Vec<String>,
    pub adjustments: Vec<Adjustment>,
    pub adjustments_total: String,
    pub held: Vec<Held>,
    pub held_total: String,
    pub shadow: Vec<Shadow>,
    pub shadow_total: String,
    pub lines: Vec<LineShown>,
    pub line_count: u64,
    pub listed: Listed,
}

/// The four amounts of a statement or of one provider.
#[derive(Serialize)]
pub(crate) struct Amounts {
    pub total: String,
    pub brought_forward: String,
    pub payable: String,
    pub carried_forward: String,
    /// Whether any debt is carried in or out.
    pub debt: bool,
}

/// What becomes of what is paid.
#[derive(Serialize)]
pub(crate) struct Distributed {
    /// In one sentence each.
    pub said: Vec<String>,
    pub rows: Vec<DistributedRow>,
}

#[derive(Serialize)]
pub(crate) struct DistributedRow {
    pub name: String,
    pub now: String,
    pub so_far: String,
}

#[derive(Serialize)]
pub(crate) struct Provider {
    pub name: String,
    pub amounts: Amounts,
}

#[derive(Serialize)]
pub(crate) struct Payer {
    pub name: String,
    pub total: String,
}

#[derive(Serialize)]
pub(crate) struct Clause {
    pub id: String,
    pub title: String,
    /// `per outcome, Schedule B, 2.1`
    pub about: String,
    pub lines: String,
    pub sums: ClauseSums,
}

#[derive(Serialize)]
pub(crate) struct ClauseSums {
    pub new: String,
    pub adjustments: String,
    pub capped: String,
    pub held: String,
    pub shadow: String,
    pub amount: String,
}

#[derive(Serialize)]
pub(crate) struct Earlier {
    pub period: String,
    pub total: String,
    pub hash: String,
}

/// Something a statement rests on, with its hash.
#[derive(Serialize)]
pub(crate) struct Named {
    /// `Findings up to 31 May 2012, SHA-256`, `Version 2, from 1 January 2027, SHA-256`
    pub name: String,
    pub hash: String,
}

#[derive(Serialize)]
pub(crate) struct Adjustment {
    pub line: Linked,
    pub takes_back: String,
    pub period: String,
    pub why: String,
    pub amount: String,
}

#[derive(Serialize)]
pub(crate) struct Held {
    pub line: Linked,
    pub why: String,
    pub released_by: String,
    pub amount: String,
}

#[derive(Serialize)]
pub(crate) struct Shadow {
    pub line: Linked,
    pub clause: String,
    pub would_be: String,
}

/// A line's name, and its place on the page when it is listed there.
#[derive(Serialize)]
pub(crate) struct Linked {
    pub id: String,
    pub anchor: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct LineShown {
    pub id: String,
    pub anchor: String,
    pub clause: String,
    pub clause_title: String,
    pub person: Option<String>,
    pub provider: String,
    pub occurred_on: String,
    pub quantity: String,
    pub rate: String,
    pub amount: String,
    pub status: String,
    /// What the status means, in a few words.
    pub status_means: &'static str,
    pub adjusts: Option<String>,
    pub sentence: String,
    pub arithmetic: String,
}

/// What is not listed on the page, in sentences; nothing where all is.
#[derive(Serialize)]
pub(crate) struct Listed {
    pub lines: String,
    pub adjustments: Option<String>,
    pub held: Option<String>,
    pub shadow: Option<String>,
}

impl Page {
    /// What the pages say, with at most `most` lines listed.
    pub fn of(head: &Head, excerpt: &Excerpt, most: usize) -> Page {
        let say = |amount: Money| money(amount, &head.currency);
        let listed = &excerpt.lines[..excerpt.lines.len().min(most)];
        let links = Links(listed.iter().map(|line| line.id.as_str()).collect());
        let titles: HashMap<&str, &str> =
            head.clauses.iter().map(|clause| (&*clause.clause, clause.title.as_str())).collect();
        let sum = |of: fn(&meed_settlement::ClauseTotal) -> Money| say(head.clauses.iter().map(of).sum());
        Page {
            title: clean(&head.title),
            document: clean(&format!("Statement of {}: {}", words::period(head.period), head.title)),
            contract: clean(&head.contract),
            version: clean(&head.version),
            period: words::period(head.period),
            days: words::days(head.period),
            known_at: words::moment(head.known_at),
            currency: clean(&head.currency),
            commissioner: clean(&head.commissioner),
            who_pays: who_pays(head),
            assessor: head.assessor.as_deref().map(clean),
            provider_names: match head.providers.len() {
                0..=8 => head.providers.iter().map(|provider| clean(&provider.provider)).collect(),
                many => vec![format!("{}, listed below", count(many as u64, "provider", "providers"))],
            },
            rounding: clean(&head.rounding),
            contract_hash: clean(&head.contract_hash),
            snapshot: clean(&head.snapshot),
            versions: head
                .versions
                .iter()
                .filter(|_| head.versions.len() > 1)
                .map(|used| Named {
                    name: format!("Version {}, from {}, SHA-256", clean(&used.name), words::date(used.from)),
                    hash: clean(&used.hash),
                })
                .collect(),
            findings: head
                .findings
                .iter()
                .map(|used| Named {
                    name: format!("Findings up to {}, SHA-256", words::date(used.as_of)),
                    hash: clean(&used.hash),
                })
                .collect(),
            totals: Amounts {
                total: say(head.total),
                brought_forward: say(head.brought_forward),
                payable: say(head.payable),
                carried_forward: say(head.carried_forward),
                debt: !head.brought_forward.is_zero() || !head.carried_forward.is_zero(),
            },
            distribution: head.distribution.as_ref().map(|distribution| distributed(distribution, &head.currency)),
            providers: head
                .providers
                .iter()
                .map(|provider| Provider {
                    name: clean(&provider.provider),
                    amounts: Amounts {
                        total: say(provider.total),
                        brought_forward: say(provider.brought_forward),
                        payable: say(provider.payable),
                        carried_forward: say(provider.carried_forward),
                        debt: !provider.brought_forward.is_zero() || !provider.carried_forward.is_zero(),
                    },
                })
                .collect(),
            payers: head
                .payers
                .iter()
                .map(|payer| Payer { name: clean(&payer.payer), total: say(payer.total) })
                .collect(),
            clauses: head
                .clauses
                .iter()
                .map(|clause| Clause {
                    id: clean(&clause.clause),
                    title: clean(&clause.title),
                    about: match &clause.cites {
                        Some(cites) => clean(&format!("{}, {cites}", clause.kind.replace('-', " "))),
                        None => clean(&clause.kind.replace('-', " ")),
                    },
                    lines: words::grouped(clause.lines),
                    sums: ClauseSums {
                        new: say(clause.new),
                        adjustments: say(clause.adjustments),
                        capped: say(clause.capped),
                        held: say(clause.held),
                        shadow: say(clause.shadow),
                        amount: say(clause.amount),
                    },
                })
                .collect(),
            clause_sums: ClauseSums {
                new: sum(|clause| clause.new),
                adjustments: sum(|clause| clause.adjustments),
                capped: sum(|clause| clause.capped),
                held: sum(|clause| clause.held),
                shadow: sum(|clause| clause.shadow),
                amount: sum(|clause| clause.amount),
            },
            earlier: head
                .earlier
                .iter()
                .map(|earlier| Earlier {
                    period: words::period(earlier.period),
                    total: say(earlier.total),
                    hash: clean(&earlier.hash),
                })
                .collect(),
            picture: waterfall_in_words(head),
            notes: head.notes.iter().map(|note| clean(note)).collect(),
            adjustments: excerpt.adjustments.iter().map(|line| adjustment(line, &links, &head.currency)).collect(),
            adjustments_total: sum(|clause| clause.adjustments),
            held: excerpt.held.iter().map(|line| held(line, &links, &head.currency)).collect(),
            held_total: sum(|clause| clause.held),
            shadow: excerpt
                .shadow
                .iter()
                .map(|line| Shadow {
                    line: links.to(&line.id),
                    clause: clean(titles.get(&*line.clause).unwrap_or(&&*line.clause)),
                    would_be: line.because.would_be.map_or_else(|| "—".to_owned(), say),
                })
                .collect(),
            shadow_total: sum(|clause| clause.shadow),
            lines: listed
                .iter()
                .map(|line| LineShown {
                    id: clean(&line.id),
                    anchor: anchor(&line.id),
                    clause: clean(&line.clause),
                    clause_title: clean(titles.get(&*line.clause).unwrap_or(&&*line.clause)),
                    person: line.person.as_deref().map(clean),
                    provider: clean(&line.provider),
                    occurred_on: words::date(line.occurred_on),
                    quantity: line.quantity.to_plain(4),
                    rate: say(line.rate),
                    amount: say(line.amount),
                    status: line.status.to_string(),
                    status_means: means(line.status),
                    adjusts: line.adjusts.as_deref().map(clean),
                    sentence: clean(&line.sentence()),
                    arithmetic: clean(&line.arithmetic()),
                })
                .collect(),
            line_count: excerpt.counts.lines,
            listed: Listed::of(excerpt, listed.len()),
        }
    }
}

/// The file in which every line stands: the pages of a statement are the same whichever it is.
const ALL_IN: &str = "lines.csv (lines.meed, where the statement is compact)";

impl Listed {
    fn of(excerpt: &Excerpt, lines: usize) -> Listed {
        let counts = excerpt.counts;
        let rest = |listed: usize, of: u64| {
            let listed = listed as u64;
            let text = format!("The first {} of {} are listed here", words::grouped(listed), words::grouped(of));
            (listed < of).then(|| format!("{text}; {ALL_IN} has them all."))
        };
        Listed {
            lines: rest(lines, counts.lines).unwrap_or_else(|| match counts.lines {
                0 => "This statement has no lines.".to_owned(),
                all => format!("{}, each with its reason. {ALL_IN} has the same.", count(all, "line", "lines")),
            }),
            adjustments: rest(excerpt.adjustments.len(), counts.adjustments),
            held: rest(excerpt.held.len(), counts.held),
            shadow: rest(excerpt.shadow.len(), counts.shadow),
        }
    }
}

/// Which lines are listed, and so can be linked to.
struct Links<'a>(HashSet<&'a str>);

impl Links<'_> {
    fn to(&self, id: &str) -> Linked {
        Linked { id: clean(id), anchor: self.0.contains(id).then(|| anchor(id)) }
    }
}

fn adjustment(line: &Line, links: &Links<'_>, currency: &str) -> Adjustment {
    let follows = line.because.follows.as_ref();
    Adjustment {
        line: links.to(&line.id),
        takes_back: or_dash(line.adjusts.as_deref().or(follows.map(|follows| follows.line.as_str()))),
        period: follows.map_or_else(|| "—".to_owned(), |follows| words::period(follows.period)),
        why: follows.map_or_else(|| clean(&line.sentence()), |follows| clean(&follows.why)),
        amount: money(line.amount, currency),
    }
}

fn held(line: &Line, links: &Links<'_>, currency: &str) -> Held {
    let hold = line.because.hold.as_ref();
    Held {
        line: links.to(&line.id),
        why: hold.map_or_else(|| clean(&line.sentence()), |hold| clean(&hold.why)),
        released_by: or_dash(hold.map(|hold| hold.released_by.as_str())),
        amount: hold.map_or_else(|| "—".to_owned(), |hold| money(hold.amount, currency)),
    }
}

fn means(status: Status) -> &'static str {
    match status {
        Status::Final => "due and paid for good",
        Status::Provisional => "paid now, taken back if the outcome does not last",
        Status::Held => "worked out and not paid yet",
        Status::Shadow => "worked out and not paid, as the contract is in its shadow period",
        Status::Reversal => "takes an earlier line back",
    }
}

/// What becomes of what is paid, in rows and words.
/// Who pays, with the verb.
fn who_pays(head: &Head) -> String {
    let names: Vec<String> = head.payers.iter().map(|row| clean(&row.payer)).collect();
    match names.split_last() {
        None => format!("{} pays", clean(&head.commissioner)),
        Some((only, [])) => format!("{only} pays"),
        Some((last, [one])) => format!("{one} and {last} pay"),
        Some((last, rest)) => format!("{} and {last} pay", rest.join(", ")),
    }
}

fn distributed(of: &Distribution, currency: &str) -> Distributed {
    let say = |amount: Money| money(amount, currency);
    let row = |name: &str, now: Money, so_far: Money| DistributedRow {
        name: clean(name),
        now: say(now),
        so_far: say(so_far),
    };
    let rows = vec![
        row("Paid by the commissioner", of.now.paid, of.so_far.paid),
        row("To investors, of what they put in", of.now.principal, of.so_far.principal),
        row("To investors, beyond that", of.now.returns, of.so_far.returns),
        row(&format!("To {}", of.rest_to), of.now.rest, of.so_far.rest),
    ];
    let mut said = vec![format!("Investors had put in {} by the day of payment.", say(of.drawn))];
    if !of.capped.is_zero() {
        said.push(format!("The cap on their return kept {} from them.", say(of.capped)));
    }
    if let Some(room) = of.room {
        said.push(format!("Until the cap on their return {} is left.", say(room)));
    }
    if let Some(guarantee) = &of.guarantee {
        said.push(format!(
            "{} makes up what they got to {}: {}.",
            clean(&guarantee.by),
            say(guarantee.least),
            say(guarantee.amount)
        ));
    }
    if let Some(annual) = &of.annual_return {
        said.push(format!("What they put in has come to {annual} a year, rounded down to two places."));
    }
    Distributed { said, rows }
}
