//! Posts the difference between what is due and what was posted: new lines,
//! reversals of lines that no longer hold, and the sums of both.

use std::{borrow::Cow, collections::BTreeMap};

use meed_terms::Terms;
use meed_units::{Date, Exact, Money, PartyId, Period, PersonKey};

use crate::{
    because::{Because, Follows, Hold},
    clause::Placed,
    distribution,
    due::Asking,
    earlier::{Earlier, Posted, Refused},
    elsewhere::EXCLUSIVE,
    payer::{self, PayerPart, PayerTotal},
    readings::PersonReadings,
    settle::{Limited, Request, conditions, due_of},
    statement::{ClauseTotal, FORMAT, Head, Line, ProviderTotal, Status},
    suspension, version,
    working::{Form, Op, Working, amount},
};

/// Sums of the statement, kept while lines go by.
pub(crate) struct Totals {
    pub clauses: Vec<ClauseTotal>,
    pub providers: BTreeMap<PartyId, Money>,
    payers: Vec<PayerTotal>,
    pub total: Money,
    /// What fell due before the days this statement and its predecessors cover.
    pub outside: Money,
    /// The first line whose amount no sum could hold.
    pub too_large: Option<String>,
}

impl Totals {
    pub fn new(terms: &Terms) -> Totals {
        let nothing = terms.rounding.round(&Exact::ZERO);
        let clauses = terms.contract.clause.iter().map(|clause| ClauseTotal {
            clause: clause.id().into(),
            kind: clause.kind.name().into(),
            title: clause.title().into(),
            cites: clause.common.cites.clone(),
            lines: 0,
            new: nothing,
            adjustments: nothing,
            capped: nothing,
            held: nothing,
            shadow: nothing,
            amount: nothing,
        });
        let payers = terms.contract.payer.iter();
        let payers = payers.map(|payer| PayerTotal { payer: PartyId::new(&payer.id.value), total: nothing });
        Totals {
            clauses: clauses.collect(),
            providers: BTreeMap::new(),
            payers: payers.collect(),
            total: nothing,
            outside: Money::ZERO,
            too_large: None,
        }
    }

    /// Adds the sums of lines that come after these.
    pub fn and(&mut self, more: Totals) {
        for (own, more) in self.clauses.iter_mut().zip(more.clauses) {
            own.lines += more.lines;
            own.new += more.new;
            own.adjustments += more.adjustments;
            own.capped += more.capped;
            own.held += more.held;
            own.shadow += more.shadow;
            own.amount += more.amount;
        }
        for (provider, amount) in more.providers {
            *self.providers.entry(provider).or_insert(Money::ZERO) += amount;
        }
        for (own, more) in self.payers.iter_mut().zip(more.payers) {
            own.total += more.total;
        }
        self.total += more.total;
        self.outside += more.outside;
        self.too_large = self.too_large.take().or(more.too_large);
    }

    /// Whether a line is written of what is due; what is too large, or fell due before `scope`, is noted instead.
    pub fn take_on(&mut self, limited: &Limited, scope: Option<Date>) -> bool {
        if limited.due.working.result.is_too_large() {
            self.too_large.get_or_insert_with(|| limited.claim.identity.clone());
            return false;
        }
        let outside = scope.is_some_and(|scope| limited.claim.due_on < scope);
        if outside {
            self.outside += limited.claim.amount;
        }
        !outside
    }

    pub fn add(&mut self, index: usize, line: &Line, uncapped: Money) {
        let clause = &mut self.clauses[index];
        clause.lines += 1;
        clause.amount += line.amount;
        if line.because.follows.is_some() {
            clause.adjustments += line.amount;
        } else {
            clause.new += line.amount;
        }
        clause.held += line.because.hold.as_ref().map_or(Money::ZERO, |hold| hold.amount);
        clause.shadow += line.because.would_be.unwrap_or(Money::ZERO);
        if matches!(line.status, Status::Final | Status::Provisional) && line.because.unpaid.is_none() {
            clause.capped += (uncapped - line.amount).max(Money::ZERO);
        }
        for part in &line.payers {
            if let Some(row) = self.payers.iter_mut().find(|row| row.payer == part.payer) {
                row.total += part.amount;
            }
        }
        *self.providers.entry(line.provider.clone()).or_insert(Money::ZERO) += line.amount;
        self.total += line.amount;
    }
}

/// Posts the difference between what is due and what was posted.
pub(crate) struct Posting<'a, E> {
    request: &'a Request<'a>,
    earlier: &'a Earlier<E>,
    asking: &'a Asking<'a>,
    scope: Date,
    totals: Totals,
    write: &'a mut dyn FnMut(Line) -> Result<(), E>,
}

impl<'a, E> Posting<'a, E> {
    /// Nothing posted yet.
    pub fn new(
        request: &'a Request<'a>,
        earlier: &'a Earlier<E>,
        asking: &'a Asking<'a>,
        write: &'a mut dyn FnMut(Line) -> Result<(), E>,
    ) -> Posting<'a, E> {
        let scope = earlier.scope(request.period);
        let totals = Totals::new(request.terms);
        Posting { request, earlier, asking, scope, totals, write }
    }

    /// Posts the lines of one person, or of providers.
    pub fn post(
        &mut self,
        person: Option<&PersonKey>,
        readings: Option<&PersonReadings>,
        dues: Vec<Limited>,
        posted: &BTreeMap<String, Posted>,
    ) -> Result<(), E> {
        let mut settled: Vec<&str> = Vec::new();
        let mut lines: Vec<(usize, String, u32, Line, Money)> = Vec::new();
        for limited in dues {
            let uncapped = limited.due.working.result;
            let identity = limited.claim.identity.clone();
            let before = posted.get_key_value(&identity);
            if !self.totals.take_on(&limited, before.is_none().then_some(self.scope)) {
                continue;
            }
            let clause = limited.claim.clause;
            let line = first_line(self.request.terms, person, limited);
            match before {
                None => lines.push((clause, identity, 1, line, uncapped)),
                Some((known, posted)) => {
                    settled.push(known);
                    self.follow(clause, &identity, posted, line, uncapped, &mut lines);
                }
            }
        }
        for (identity, posted) in posted.iter().filter(|(identity, _)| !settled.contains(&identity.as_str())) {
            let Some((standing, _)) = &posted.standing else { continue };
            let Some(clause) = self.clause_of(standing) else { continue };
            if standing.amount.is_zero() {
                continue;
            }
            let why = self.why_gone(clause, standing, readings);
            let mut reversal = self.reversal(identity, posted, standing, why);
            if let Some(readings) = readings {
                let placed = Placed { index: clause, clause: &self.request.terms.contract.clause[clause] };
                let occurrence = identity.splitn(3, '/').nth(2).unwrap_or_default();
                for said in placed.pays().now_said(readings, occurrence) {
                    if !reversal.because.readings.contains(&said) {
                        reversal.because.readings.push(said);
                    }
                }
            }
            lines.push((clause, identity.clone(), posted.count + 1, reversal, Money::ZERO));
        }
        lines.sort_by(|a, b| (a.0, a.3.occurred_on, &a.1, a.2).cmp(&(b.0, b.3.occurred_on, &b.1, b.2)));
        for (clause, _, _, line, uncapped) in lines {
            self.totals.add(clause, &line, uncapped);
            (self.write)(line)?;
        }
        Ok(())
    }

    /// Posts what a line that was posted before has become.
    fn follow(
        &self,
        clause: usize,
        identity: &str,
        posted: &Posted,
        line: Line,
        uncapped: Money,
        lines: &mut Vec<(usize, String, u32, Line, Money)>,
    ) {
        let mut count = posted.count;
        let mut line = line;
        if let Some((standing, statement)) = &posted.standing {
            let paid = |line: &Line| matches!(line.status, Status::Final | Status::Provisional);
            let same = standing.amount == line.amount
                && standing.rate == line.rate
                && standing.quantity == line.quantity
                && standing.provider == line.provider
                && standing.occurred_on == line.occurred_on
                && divided(standing) == divided(&line)
                && (standing.status == line.status || paid(standing) == paid(&line) && paid(&line));
            let still = standing.amount.is_zero() && line.amount.is_zero() && standing.status == line.status;
            if same || still {
                return;
            }
            let why = changed(standing, &line);
            if !standing.amount.is_zero() {
                count += 1;
                lines.push((
                    clause,
                    identity.to_owned(),
                    count,
                    self.reversal(identity, posted, standing, why.clone()),
                    Money::ZERO,
                ));
            }
            line.because.follows = Some(self.follows(standing, *statement, why));
        } else if let Some((head, hash)) = self.earlier.heads.last() {
            // Taken back before, and due again: it follows its own reversal.
            let line_id = if count > 1 { format!("{identity}~{count}") } else { identity.to_owned() };
            line.because.follows = Some(Follows {
                line: line_id,
                period: head.period,
                statement: hash.clone(),
                why: "it is due again as the evidence now stands".into(),
            });
        }
        count += 1;
        line.id = format!("{identity}~{count}");
        lines.push((clause, identity.to_owned(), count, line, uncapped));
    }

    fn follows(&self, standing: &Line, statement: usize, why: String) -> Follows {
        let (head, hash) = &self.earlier.heads[statement];
        Follows { line: standing.id.clone(), period: head.period, statement: hash.clone(), why }
    }

    /// Takes a posted line back as it was priced: same rate, same proportions, the other way.
    fn reversal(&self, identity: &str, posted: &Posted, standing: &Line, why: String) -> Line {
        let statement = posted.standing.as_ref().map_or(0, |(_, statement)| *statement);
        let mut because = standing.because.clone();
        because.working = because.working.reversed();
        for cap in &mut because.caps {
            cap.used = -cap.used;
        }
        because.follows = Some(self.follows(standing, statement, why));
        assert_eq!(because.working.result, -standing.amount, "a reversal takes back what was paid");
        Line {
            id: format!("{identity}~{}", posted.count + 1),
            quantity: -standing.quantity.clone(),
            amount: -standing.amount,
            payers: divided(standing)
                .into_iter()
                .map(|(payer, amount)| PayerPart { payer: payer.clone(), amount: -amount, room_before: None })
                .collect(),
            status: Status::Reversal,
            adjusts: Some(standing.id.clone()),
            because,
            ..standing.clone()
        }
    }

    /// Why a posted line is no longer due.
    fn why_gone(&self, clause: usize, standing: &Line, readings: Option<&PersonReadings>) -> String {
        let Some(readings) = readings else {
            return match &standing.person {
                Some(_) => "nothing is known of the person any more".to_owned(),
                None => "it is not due as the evidence now stands".to_owned(),
            };
        };
        let terms = self.request.terms;
        let dues = due_of(readings, self.asking);
        let placed = Placed { index: clause, clause: &terms.contract.clause[clause] };
        let failed = conditions(placed, readings, &dues, self.asking).into_iter().find(|condition| !condition.met);
        failed.map_or_else(|| "it is not due as the evidence now stands".to_owned(), |condition| condition.found)
    }

    fn clause_of(&self, line: &Line) -> Option<usize> {
        self.request.terms.contract.clause.iter().position(|clause| *clause.id() == *line.clause)
    }

    /// The head of the statement whose lines were posted; refused where an amount was larger than any sum can hold.
    pub fn finish(self) -> Result<Head, Refused> {
        head(self.request, self.earlier, self.totals)
    }
}

/// The head of the statement whose lines come to these sums; refused where an amount was larger than any sum can hold.
pub(crate) fn head<E>(request: &Request<'_>, earlier: &Earlier<E>, totals: Totals) -> Result<Head, Refused> {
    let terms = request.terms;
    let Totals { clauses, providers, payers, total, outside, too_large } = totals;
    if let Some(line) = too_large {
        return Err(Refused::TooLarge { line });
    }
    let nothing = terms.rounding.round(&Exact::ZERO);
    // Nothing added to nothing forgets its places.
    let clauses: Vec<ClauseTotal> = clauses
        .into_iter()
        .map(|clause| ClauseTotal {
            capped: clause.capped + nothing,
            held: clause.held + nothing,
            shadow: clause.shadow + nothing,
            ..clause
        })
        .collect();
    let last = earlier.heads.last().map(|(head, _)| head);
    let carried = |provider: &PartyId| {
        let rows = last.map_or(&[][..], |head| &head.providers);
        rows.iter().find(|row| row.provider == *provider).map_or(nothing, |row| row.carried_forward)
    };
    let mut named: Vec<PartyId> = terms.contract.parties.providers.iter().map(|id| PartyId::new(&id.value)).collect();
    named.extend(providers.keys().filter(|provider| !named.contains(provider)).cloned().collect::<Vec<_>>());
    let rows: Vec<ProviderTotal> = named
        .into_iter()
        .map(|provider| {
            let total = providers.get(&provider).copied().unwrap_or(Money::ZERO) + nothing;
            let brought_forward = carried(&provider);
            let balance = total + brought_forward;
            ProviderTotal {
                provider,
                total,
                brought_forward,
                payable: balance.max(nothing),
                carried_forward: balance.min(nothing),
            }
        })
        .collect();
    let sum = |pick: fn(&ProviderTotal) -> Money| rows.iter().map(pick).sum::<Money>() + nothing;
    assert_eq!(clauses.iter().map(|clause| clause.amount).sum::<Money>(), total, "lines add up to the total");
    assert_eq!(sum(|row| row.total), total, "providers add up to the total");
    let paid: Money = payers.iter().map(|row| row.total).sum();
    assert!(payers.is_empty() || paid == total, "payers add up to the total");
    let mut notes: Vec<String> = terms.contract.notes.to_vec();
    if request.known_at.date() < request.period.last_day() {
        notes.push(format!(
            "The evidence ends on {}, before the period does: what happened later, or became known later, is not in this statement.",
            request.known_at.date()
        ));
    }
    notes.extend(suspension::note(terms, request.period.until));
    let versions = version::used(terms, request.period.until);
    notes.extend(last.and_then(|head| version::edited(terms, head)));
    if !outside.is_zero() {
        notes.push(format!(
            "{} {} fell due before {} and is not part of this statement; earlier statements given with --earlier bring it in.",
            terms.contract.currency.value.0, outside, earlier.scope(request.period)
        ));
    }
    if !terms.contract.exclusive.is_empty() && !earlier.elsewhere.is_known() {
        notes.push(
            "No register of what other contracts paid was given: nothing was held against what they paid.".to_owned(),
        );
    }
    let mode = terms.rounding.mode;
    let payable = sum(|row| row.payable);
    let mut payments: Vec<(Period, Money)> =
        earlier.heads.iter().map(|(head, _)| (head.period, head.payable)).collect();
    payments.push((request.period, payable));
    Ok(Head {
        format: Cow::Borrowed(FORMAT),
        contract: terms.id.clone(),
        title: terms.contract.title.value.clone(),
        version: terms.version_on(request.period.last_day()),
        contract_hash: request.contract_hash.clone(),
        versions,
        period: request.period,
        known_at: request.known_at,
        snapshot: request.snapshot.clone(),
        currency: terms.contract.currency.value.0.clone(),
        commissioner: PartyId::new(&terms.contract.parties.commissioner.value),
        assessor: terms.contract.parties.assessor.as_ref().map(|id| PartyId::new(&id.value)),
        rounding: format!("{mode} to {}, once, on the line", terms.rounding.to),
        earlier: earlier.named(),
        elsewhere: earlier.elsewhere.hash().map(str::to_owned),
        findings: earlier.findings.clone(),
        total,
        brought_forward: sum(|row| row.brought_forward),
        payable,
        carried_forward: sum(|row| row.carried_forward),
        providers: rows,
        payers,
        clauses,
        distribution: distribution::distribution(terms, &payments),
        notes,
    })
}

/// A line as it would be posted for the first time.
pub(crate) fn first_line(terms: &Terms, person: Option<&PersonKey>, limited: Limited) -> Line {
    let Limited { due, claim, caps, unpaid, payers, pays, shadow } = limited;
    let clause = &terms.contract.clause[due.clause];
    let mut working: Working = due.working;
    let nothing = terms.rounding.round(&Exact::ZERO);
    let (mut would_be, mut hold) = (None, None::<Hold>);
    let status = match (&due.hold, shadow) {
        // What is not known yet would be nothing yet, in shadow too.
        (Some(why), true) => {
            would_be = Some(nothing);
            hold = Some(Hold { amount: nothing, ..why.clone() });
            Status::Shadow
        }
        (None, true) => {
            would_be = Some(working.result);
            Status::Shadow
        }
        (Some(why), false) => {
            hold = Some(why.clone());
            Status::Held
        }
        (None, false) if due.provisional => Status::Provisional,
        (None, false) => Status::Final,
    };
    for cap in &caps {
        if cap.used < working.result && !working.result.is_negative() {
            working = working.then(Op::AtMost, format!("left of {}", cap.cap), cap.used.exact(), Form::Money);
        }
    }
    if pays && claim.amount < working.result {
        working = working.then(Op::AtMost, "left of what payers' caps allow", claim.amount.exact(), Form::Money);
    }
    let amount = if pays { claim.amount + nothing } else { nothing };
    let payers = payers.unwrap_or_else(|| payer::parts(amount, &claim.weights, terms));
    debug_assert!(!pays || working.result.exact() == amount.exact(), "the working comes to the amount");
    Line {
        id: claim.identity,
        clause: clause.id().into(),
        person: person.cloned(),
        provider: due.provider,
        occurred_on: due.due_on,
        quantity: due.quantity,
        rate: due.rate,
        amount,
        payers: if pays { payers } else { Vec::new() },
        status,
        adjusts: None,
        because: Because {
            rule: due.rule,
            cites: clause.common.cites.clone(),
            version: terms.version_on(due.due_on),
            readings: due.readings,
            band: due.band,
            adjusted: due.adjusted,
            tier: due.tier,
            caps,
            unpaid: unpaid.map(|unpaid| *unpaid),
            vesting: due.vesting,
            hold,
            would_be,
            follows: None,
            working,
        },
    }
}

/// Who pays how much of a line.
fn divided(line: &Line) -> Vec<(&PartyId, Money)> {
    line.payers.iter().filter(|part| !part.amount.is_zero()).map(|part| (&part.payer, part.amount)).collect()
}

/// What changed between a posted line and what is due of it now, in words.
fn changed(standing: &Line, line: &Line) -> String {
    let band = |line: &Line| line.because.band.as_ref().map(|band| band.band.to_string());
    if band(standing) != band(line) {
        let show = |band: Option<String>| band.unwrap_or_else(|| "none".to_owned());
        return format!("the band that prices it is {} and was {}", show(band(line)), show(band(standing)));
    }
    let paid_elsewhere = |line: &Line| {
        let used = line.because.adjusted.iter().filter(|used| used.kind == EXCLUSIVE);
        used.map(|used| used.said.clone()).collect::<Vec<_>>()
    };
    match (paid_elsewhere(standing), paid_elsewhere(line)) {
        (before, now) if before == now => (),
        (_, now) if now.is_empty() => return "no other contract's payment for it stands any more".to_owned(),
        (_, now) => return now.join("; "),
    }
    if standing.provider != line.provider {
        return format!("it is {}'s and was {}'s", line.provider, standing.provider);
    }
    match (&standing.because.unpaid, &line.because.unpaid) {
        (_, Some(unpaid)) => return unpaid.why.clone(),
        (Some(_), None) => return "what kept it from being paid no longer does".to_owned(),
        (None, None) => (),
    }
    match (standing.status, line.status) {
        (Status::Held, Status::Final | Status::Provisional) => "what held it has been met".to_owned(),
        (Status::Final | Status::Provisional, Status::Held) => "it is held now".to_owned(),
        _ if standing.because.adjusted != line.because.adjusted => {
            let said = |line: &Line| match line.because.adjusted.as_slice() {
                [] => "nothing".to_owned(),
                adjusted => adjusted.iter().map(|one| one.said.clone()).collect::<Vec<_>>().join(", "),
            };
            format!("what changes its price is {}, and was {}", said(line), said(standing))
        }
        _ if standing.rate != line.rate => {
            format!("its rate is {} and was {}", amount(line.rate), amount(standing.rate))
        }
        _ if standing.quantity != line.quantity => {
            format!("its quantity is {} and was {}", line.quantity, standing.quantity)
        }
        _ if standing.occurred_on != line.occurred_on => {
            format!("it fell due on {} and not on {}", line.occurred_on, standing.occurred_on)
        }
        _ if standing.amount == line.amount => "it is divided otherwise between those who pay".to_owned(),
        _ => format!("the room under a cap is {} and was {}", amount(line.amount), amount(standing.amount)),
    }
}
