//! Settles the persons of one part, one after the other, into a block of lines.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    io,
};

use meed_evidence::BandEntry;
use meed_terms::{BandChoice, WindowEnd};
use meed_units::{Date, Money, PartyId};
use smallvec::SmallVec;

use super::{
    plan::{EVENTS, Priced, Swift, day},
    seen::{Bands, OneBand, Seen},
    sort::{Comes, Sort, Written, sources},
};
use crate::{
    caps::{self, Applied},
    compact::{Block, CompactWriter, LineWriter, Packed, split},
    due::Asking,
    earlier::{Earlier, Refused},
    posting::{Totals, first_line, head},
    readings::{PersonReadings, ProviderReadings},
    settle::{Request, due_of, limited},
    statement::{Head, Line, Status},
    tiers::Order,
};

/// How many lines of a part are shown to whoever makes pages: the first, and the first that are held.
const SHOWN: u64 = 2_000;

/// The lines of one part of the persons, and what they come to.
pub struct SwiftPart<'a> {
    swift: &'a Swift<'a>,
    asking: Asking<'a>,
    narrow: Vec<Applied<'a>>,
    earlier: Earlier,
    order: Order,
    block: Block,
    /// Where each sort stands in `written`; none where lines of it are written like others.
    sorts: HashMap<Sort, Option<usize>, BuildHasherDefault<Folded>>,
    written: Vec<Written>,
    parties: Vec<Option<Party>>,
    bands: Vec<Option<Vec<Option<u16>>>>,
    names: Vec<Option<u32>>,
    /// What lines written like others come to.
    totals: Totals,
    /// What those of each clause come to that are written here.
    sums: Vec<Sum>,
    /// What fell due before the days this statement covers, where anything did.
    outside: Option<i128>,
    held: Held,
    // Room that is there to be used again for the next person.
    items: Vec<Item>,
    used: Vec<(usize, i64)>,
    text: String,
}

/// A party as the contract knows it.
struct Party {
    /// Which clauses pay it.
    pays: Vec<bool>,
    total: i128,
    id: PartyId,
}

/// What lines of a clause come to.
#[derive(Clone, Copy, Default)]
struct Sum {
    lines: u64,
    amount: i128,
    capped: i128,
}

/// The lines that are held, as far as pages show them.
#[derive(Default)]
struct Held {
    first: Vec<Line>,
    count: u64,
}

/// One thing that is due.
struct Item {
    clause: usize,
    row: usize,
    achieved_on: i32,
    due_on: i32,
    number: u32,
    price: usize,
    step: usize,
    /// In units of the last place that the terms round to, as everything here.
    base: i64,
    amount: i64,
    caps: SmallVec<[Cap; 1]>,
    /// Which of the sorts its line is of.
    sort: Option<usize>,
}

/// What a cap left of it.
#[derive(Clone, Copy)]
struct Cap {
    limit: usize,
    room: i64,
    used: i64,
    cuts: bool,
}

/// Somebody out of the ordinary, who is settled like everybody in other contracts.
struct Otherwise;

impl<'a> Swift<'a> {
    /// Begins a part of the persons.
    pub fn part(&'a self, request: &'a Request<'a>, providers: &'a ProviderReadings) -> SwiftPart<'a> {
        let terms = self.terms;
        SwiftPart {
            swift: self,
            asking: Asking { terms, providers, period: request.period, as_of: request.known_at.date() },
            narrow: caps::in_order(terms),
            earlier: Earlier::default(),
            order: Order::default(),
            block: Block::within(&self.spare),
            sorts: HashMap::default(),
            written: Vec::new(),
            parties: Vec::new(),
            bands: Vec::new(),
            names: Vec::new(),
            totals: Totals::new(terms),
            sums: vec![Sum::default(); terms.contract.clause.len()],
            outside: None,
            held: Held::default(),
            items: Vec::new(),
            used: Vec::new(),
            text: String::new(),
        }
    }
}

impl Swift<'_> {
    /// The entry of a history that the contract chooses.
    fn entry<'b>(&self, bands: &'b Bands<'_>, on: i32) -> Option<&'b BandEntry> {
        let Bands::History(history) = bands else { return None };
        match self.band {
            BandChoice::Latest => history.on(Date::from_day_number(on.into())?),
            BandChoice::First | BandChoice::AtStart => history.first(),
        }
    }

    /// What makes it the same one when evidence is corrected.
    fn occurrence<'s, S: Seen>(&self, seen: &'s S, item: &Item) -> &'s str {
        let measure = self.clauses[item.clause].measure;
        seen.occurrence(&seen.rows(measure)[item.row])
    }
}

impl SwiftPart<'_> {
    /// The next person, in ascending order of keys.
    ///
    /// # Errors
    /// When the readings of a person out of the ordinary cannot be read.
    pub fn person<S: Seen>(&mut self, seen: &S) -> Result<(), S::Error> {
        let mut items = std::mem::take(&mut self.items);
        items.clear();
        let written = match self.due(seen, &mut items) {
            Ok(()) => self.write(seen, &mut items)?,
            Err(Otherwise) => false,
        };
        self.items = items;
        if !written {
            self.like_others(&seen.readings()?);
        }
        Ok(())
    }

    /// What is due, after caps, in the order of the statement.
    fn due<S: Seen>(&mut self, seen: &S, items: &mut Vec<Item>) -> Result<(), Otherwise> {
        let swift = self.swift;
        let bands = seen.bands();
        for (index, clause) in swift.clauses.iter().enumerate() {
            let rows = seen.rows(clause.measure);
            let first = items.len();
            let limit = clause.clause.limit.as_ref();
            let mut last: Option<i32> = None;
            let mut before: Option<(&str, u32)> = None;
            for (place, row) in rows.iter().enumerate() {
                let Some(achieved_on) = counts_on(seen, row, clause)? else { continue };
                let occurrence = seen.occurrence(row);
                // One that is told twice running is told once.
                let own = Some((occurrence, seen.provider(row)));
                if std::mem::replace(&mut before, own) == own {
                    continue;
                }
                let claimed = items[first..].iter().any(|item| seen.occurrence(&rows[item.row]) == occurrence);
                if claimed || !self.pays(seen, seen.provider(row), index) {
                    continue;
                }
                let number = u32::try_from(items.len() - first).unwrap_or(u32::MAX).saturating_add(1);
                if let Some(limit) = limit {
                    if limit
                        .per_person
                        .as_ref()
                        .and_then(|most| most.values().first())
                        .is_some_and(|(_, most)| number > *most)
                    {
                        break;
                    }
                    if let (Some(last), Some(every)) = (last, limit.every.as_ref()) {
                        let again = every.after(date(last)?, &swift.terms.working_days);
                        if again.is_some_and(|again| achieved_on < day(again)) {
                            continue;
                        }
                    }
                }
                let due_on = match clause.lags {
                    false => achieved_on,
                    true => {
                        let own = &swift.terms.contract.clause[index].common.settle_lag;
                        let lag = own.as_ref().ok_or(Otherwise)?;
                        let on = date(achieved_on)?;
                        match lag.on(on).ok_or(Otherwise)?.after(on, &swift.terms.working_days) {
                            Some(due_on) => day(due_on),
                            None => continue,
                        }
                    }
                };
                if due_on < clause.pays_from || due_on >= clause.pays_until {
                    continue;
                }
                if !seen.counts_once(row) {
                    return Err(Otherwise);
                }
                last = Some(achieved_on);
                let price = if clause.by_band { self.price(seen, &bands, index, achieved_on)? } else { 0 };
                let steps = &clause.prices[price].steps;
                let step = steps.iter().rposition(|step| step.from <= achieved_on).ok_or(Otherwise)?;
                let base = steps[step].amount;
                items.push(Item {
                    clause: index,
                    row: place,
                    achieved_on,
                    due_on,
                    number,
                    price,
                    step,
                    base,
                    amount: base,
                    caps: SmallVec::new(),
                    sort: None,
                });
            }
        }
        let text = |item: &Item| swift.occurrence(seen, item);
        if !swift.caps.is_empty() {
            items.sort_by(|a, b| (a.due_on, a.clause).cmp(&(b.due_on, b.clause)).then_with(|| text(a).cmp(text(b))));
            self.cap(items)?;
        }
        items.sort_by(|a, b| (a.clause, a.due_on).cmp(&(b.clause, b.due_on)).then_with(|| text(a).cmp(text(b))));
        Ok(())
    }

    /// Lets each have what room there is, in the order in which they fell due.
    fn cap(&mut self, items: &mut [Item]) -> Result<(), Otherwise> {
        let swift = self.swift;
        for (which, cap) in swift.caps.iter().enumerate() {
            self.used.clear();
            for item in items.iter_mut() {
                if !swift.clauses[item.clause].capped[which] {
                    continue;
                }
                let of = if cap.each_clause { item.clause } else { usize::MAX };
                let at = match self.used.iter().position(|(own, _)| *own == of) {
                    Some(at) => at,
                    None => {
                        self.used.push((of, 0));
                        self.used.len() - 1
                    }
                };
                let limit = cap.limits.iter().rposition(|(from, _)| *from <= item.due_on).ok_or(Otherwise)?;
                let all = self.used[at].1;
                let room = (cap.limits[limit].1 - all).max(0);
                let used = item.amount.min(room);
                self.used[at].1 = all + used;
                item.caps.push(Cap { limit, room, used, cuts: used < item.base && used < item.amount });
                item.amount = used;
            }
        }
        Ok(())
    }

    /// Whether the clause pays this party.
    fn pays<S: Seen>(&mut self, seen: &S, number: u32, clause: usize) -> bool {
        let at = number as usize;
        if self.parties.len() <= at {
            self.parties.resize_with(at + 1, || None);
        }
        let party = self.parties[at].get_or_insert_with(|| {
            let (contract, name) = (&self.swift.terms.contract, seen.name(number));
            let known = contract.parties.providers.iter().any(|known| *known.value == *name);
            Party {
                pays: contract.clause.iter().map(|clause| known && clause.pays(name)).collect(),
                total: 0,
                id: PartyId::new(name),
            }
        });
        party.pays[clause]
    }

    /// The place of the price that the person's band asks.
    fn price<S: Seen>(&mut self, seen: &S, bands: &Bands<'_>, clause: usize, on: i32) -> Result<usize, Otherwise> {
        let prices = &self.swift.clauses[clause].prices;
        let named = |name: &str| prices.iter().position(|price| price.band == Some(name));
        match bands {
            Bands::None => Err(Otherwise),
            Bands::One(one) => {
                if self.swift.band == BandChoice::Latest && one.effective_from > on {
                    return Err(Otherwise);
                }
                let at = one.band as usize;
                if self.bands.len() <= at {
                    self.bands.resize_with(at + 1, || None);
                }
                let places = self.bands[at].get_or_insert_with(|| {
                    let name = seen.name(one.band);
                    let of = |prices: &Priced<'_>| prices.prices.iter().position(|price| price.band == Some(name));
                    self.swift.clauses.iter().map(|clause| of(clause).and_then(|at| u16::try_from(at).ok())).collect()
                });
                places[clause].map(usize::from).ok_or(Otherwise)
            }
            Bands::History(_) => self.swift.entry(bands, on).and_then(|entry| named(&entry.band)).ok_or(Otherwise),
        }
    }

    /// Writes the lines; false where one of them is out of the ordinary, and then none is written.
    fn write<S: Seen>(&mut self, seen: &S, items: &mut [Item]) -> Result<bool, S::Error> {
        let bands = seen.bands();
        let mut readings: Option<PersonReadings> = None;
        for item in items.iter_mut() {
            let Some(sort) = self.sort(seen, item, &bands) else { return Ok(false) };
            item.sort = match self.sorts.get(&sort) {
                Some(known) => *known,
                None => {
                    let readings = match &mut readings {
                        Some(readings) => readings,
                        none => none.insert(seen.readings()?),
                    };
                    let written = self.example(seen, item, &bands, readings);
                    let place = written.map(|written| {
                        self.written.push(written);
                        self.written.len() - 1
                    });
                    self.sorts.insert(sort, place);
                    place
                }
            };
            if item.sort.is_none() {
                return Ok(false);
            }
        }
        let begun = self.block.mark();
        for item in items.iter().filter(|item| item.due_on >= self.swift.scope) {
            let Some(written) = item.sort.map(|place| &self.written[place]) else { return Ok(false) };
            let line = self.block.begin(written.shape);
            let own = Own { item, seen, bands: &bands, swift: self.swift };
            if own.write(written, line, &mut self.names, &mut self.text).is_err() {
                self.block.back_to(begun);
                return Ok(false);
            }
        }
        for item in items.iter() {
            self.add(seen, item);
        }
        Ok(true)
    }

    /// What decides how the line looks.
    fn sort<S: Seen>(&self, seen: &S, item: &Item, bands: &Bands<'_>) -> Option<Sort> {
        let clause = &self.swift.clauses[item.clause];
        let row = &seen.rows(clause.measure)[item.row];
        let standing = match bands {
            _ if !clause.by_band => 0,
            Bands::None => return None,
            Bands::One(one) => u64::from(one.standing) + 8,
            Bands::History(_) => self.swift.entry(bands, item.achieved_on)?.standing as u64,
        };
        // The bit before all tells a sort with nothing in front from a shorter one.
        let sort = Sort::BLANK.and(1, 1)?.and(item.clause as u64, 12)?.and(item.price as u64, 8)?;
        let sort = sort.and(item.step as u64, 8)?.and(standing, 24)?.and(u64::from(item.number), 12)?;
        let sort = sort.and(seen.rests_on(clause.measure, row) as u64, 8)?;
        let sort = sort.and(u64::from(seen.sent_by(row).is_some()), 1)?;
        item.caps.iter().try_fold(sort, |sort, cap| sort.and(cap.limit as u64 * 2 + u64::from(cap.cuts), 6))
    }

    /// Works one line of a new sort out like everybody's, and sees which of its values are the person's own; none where
    /// this would not write the same.
    fn example<S: Seen>(
        &mut self,
        seen: &S,
        item: &Item,
        bands: &Bands<'_>,
        readings: &PersonReadings,
    ) -> Option<Written> {
        let occurrence = self.swift.occurrence(seen, item);
        let dues = due_of(readings, &self.asking);
        let all = limited(dues, Some(readings), &self.narrow, &self.earlier, &self.asking, &self.order);
        let own = all.into_iter().find(|due| due.due.clause == item.clause && due.due.occurrence == occurrence)?;
        let line = first_line(self.swift.terms, Some(&readings.person), own);
        if line.status != Status::Final {
            return None;
        }
        let apart = split(&line);
        let capped: Vec<usize> =
            item.caps.iter().enumerate().filter(|(_, cap)| cap.cuts).map(|(place, _)| place).collect();
        let values = sources(&line, &apart.values, &capped);
        // The example itself has to come out as it would be written by everybody.
        let mut trial = Block::default();
        let shape = trial.shape(apart.text.clone(), &apart.values);
        let written = Written { shape, values };
        let mut names = Vec::new();
        let own = Own { item, seen, bands, swift: self.swift };
        own.write(&written, trial.begin(shape), &mut names, &mut String::new()).ok()?;
        let mut expected = Block::default();
        expected.line(&line);
        if trial.bytes() != expected.bytes() || trial.names() != expected.names() {
            return None;
        }
        Some(Written { shape: self.block.shape(apart.text, &apart.values), ..written })
    }

    /// Adds a line that was written to the sums.
    fn add<S: Seen>(&mut self, seen: &S, item: &Item) {
        let amount = i128::from(item.amount);
        if item.due_on < self.swift.scope {
            *self.outside.get_or_insert(0) += amount;
            return;
        }
        let sum = &mut self.sums[item.clause];
        sum.lines += 1;
        sum.amount += amount;
        sum.capped += i128::from(item.base - item.amount);
        let row = &seen.rows(self.swift.clauses[item.clause].measure)[item.row];
        if let Some(Some(party)) = self.parties.get_mut(seen.provider(row) as usize) {
            party.total += amount;
        }
    }

    /// Settles a person as in any other contract.
    fn like_others(&mut self, readings: &PersonReadings) {
        let dues = due_of(readings, &self.asking);
        let all = limited(dues, Some(readings), &self.narrow, &self.earlier, &self.asking, &self.order);
        let mut lines: Vec<(usize, Line, Money)> = Vec::new();
        for due in all {
            if !self.totals.take_on(&due, Some(self.asking.period.from)) {
                continue;
            }
            let uncapped = due.due.working.result;
            lines.push((due.claim.clause, first_line(self.swift.terms, Some(&readings.person), due), uncapped));
        }
        lines.sort_by(|a, b| (a.0, a.1.occurred_on, &a.1.id).cmp(&(b.0, b.1.occurred_on, &b.1.id)));
        for (clause, line, uncapped) in lines {
            self.totals.add(clause, &line, uncapped);
            self.block.line(&line);
            if line.because.hold.is_some() || line.status == Status::Held {
                self.held.count += 1;
                if self.held.count <= SHOWN {
                    self.held.first.push(line);
                }
            }
        }
    }

    /// The part, when all its persons were shown.
    pub fn finish(mut self) -> Part {
        let money =
            |units| Money::of_parts(units, self.swift.places).expect("amounts and lines are few enough for a sum");
        for (clause, sum) in self.totals.clauses.iter_mut().zip(&self.sums) {
            clause.lines += sum.lines;
            clause.amount += money(sum.amount);
            clause.new += money(sum.amount);
            clause.capped += money(sum.capped);
            self.totals.total += money(sum.amount);
        }
        if let Some(outside) = self.outside {
            self.totals.outside += money(outside);
        }
        for party in self.parties.into_iter().flatten().filter(|party| party.total != 0) {
            *self.totals.providers.entry(party.id).or_insert(Money::ZERO) += money(party.total);
        }
        Part { block: self.block, totals: self.totals, held: self.held }
    }
}

/// The day a row counts; none where it does not.
fn counts_on<S: Seen>(seen: &S, row: &S::Row, clause: &Priced<'_>) -> Result<Option<i32>, Otherwise> {
    use meed_measures::Standing;
    match seen.standing(row) {
        Standing::Achieved => Ok(seen.occurred_on(row)),
        Standing::NotAchieved | Standing::NotEligible | Standing::Pending => Ok(None),
        Standing::Ended => {
            let event = seen.ended_by(row).unwrap_or("moved-away");
            let which = EVENTS.iter().position(|known| *known == event).unwrap_or(EVENTS.len() - 1);
            if clause.window_ends[which] == WindowEnd::DoesNotCount { Ok(None) } else { Err(Otherwise) }
        }
    }
}

fn date(number: i32) -> Result<Date, Otherwise> {
    Date::from_day_number(number.into()).ok_or(Otherwise)
}

/// The values of one line.
struct Own<'o, S: Seen> {
    item: &'o Item,
    seen: &'o S,
    bands: &'o Bands<'o>,
    swift: &'o Swift<'o>,
}

impl<S: Seen> Own<'_, S> {
    fn write(
        &self,
        written: &Written,
        mut line: LineWriter<'_>,
        names: &mut Vec<Option<u32>>,
        text: &mut String,
    ) -> Result<(), Otherwise> {
        let (item, seen, places) = (self.item, self.seen, self.swift.places as u8);
        let measure = self.swift.clauses[item.clause].measure;
        let row = &seen.rows(measure)[item.row];
        let (due_on, achieved_on) = (Packed::day(item.due_on), Packed::day(item.achieved_on));
        let (Some(due_on), Some(achieved_on)) = (due_on, achieved_on) else { return Err(Otherwise) };
        let amount = Packed::number(item.amount, places);
        let again = |line: &mut LineWriter<'_>, units: i64| match amount {
            Some(packed) if units == item.amount => line.packed(packed),
            _ => line.number(units, places),
        };
        for value in &written.values {
            match value {
                Comes::Person => line.person(plain(seen.key(), b'/')?),
                Comes::Occurrence => line.text(plain(seen.occurrence(row), b'~')?),
                Comes::Provider => self.party(seen.provider(row), &mut line, names),
                Comes::SentBy => self.party(seen.sent_by(row).ok_or(Otherwise)?, &mut line, names),
                Comes::DueOn => line.packed(due_on),
                Comes::AchievedOn => line.packed(achieved_on),
                Comes::Evidence => {
                    let (mut blank, mut with) = (false, line);
                    seen.evidence(measure, row, text, &mut |identity| {
                        blank |= holds_a_blank(identity);
                        with.text(identity);
                    });
                    line = with;
                    if blank {
                        return Err(Otherwise);
                    }
                }
                Comes::Assessment => line.text(self.band()?.1),
                Comes::EffectiveFrom => line.day(self.band()?.0),
                Comes::Room(cap) => line.number(item.caps.get(*cap).ok_or(Otherwise)?.room, places),
                Comes::Used(cap) => again(&mut line, item.caps.get(*cap).ok_or(Otherwise)?.used),
                Comes::UsedStep(cap) => {
                    // As a step of the working writes it: without noughts behind.
                    let (mut used, mut places) = (item.caps.get(*cap).ok_or(Otherwise)?.used, places);
                    while places > 0 && used % 10 == 0 {
                        (used, places) = (used / 10, places - 1);
                    }
                    line.number(used, places);
                }
                Comes::Amount => again(&mut line, item.amount),
                Comes::Same(bytes) => line.bytes(bytes),
                Comes::SameName(name) => line.name(name),
            }
        }
        line.finish();
        Ok(())
    }

    #[inline(always)]
    fn party(&self, number: u32, line: &mut LineWriter<'_>, names: &mut Vec<Option<u32>>) {
        let at = number as usize;
        if names.len() <= at {
            names.resize(at + 1, None);
        }
        if names[at].is_none() {
            names[at] = Some(line.place_of(self.seen.name(number)));
        }
        line.name_at(names[at].unwrap_or_default());
    }

    /// The first day of the band, and the assessment that set it.
    fn band(&self) -> Result<(i32, &str), Otherwise> {
        if let Bands::One(OneBand { effective_from, assessment, .. }) = self.bands {
            return Ok((*effective_from, assessment));
        }
        let entry = self.swift.entry(self.bands, self.item.achieved_on).ok_or(Otherwise)?;
        Ok((day(entry.effective_from), &entry.assessment))
    }
}

/// Whether there is white space of any kind; most texts are plain, and are looked through at once.
fn holds_a_blank(text: &str) -> bool {
    // Of eight bytes, those that are no plain letter, digit or mark: up to a blank, or from the last of ASCII on. A carry
    // may tell of one that is plain, never hide one that is not.
    let odd = |word: u64| (word.wrapping_sub(EACH * 0x21) | word.wrapping_add(EACH) | word) & (EACH * 0x80) != 0;
    any_of_eight(text, odd) && text.contains(char::is_whitespace)
}

/// A part of a line's name that is written as it stands: what `earlier::named` writes otherwise goes the general way.
fn plain(text: &str, mark: u8) -> Result<&str, Otherwise> {
    let is_nought = |word: u64| word.wrapping_sub(EACH) & !word & (EACH * 0x80);
    let holds = |word: u64, byte: u8| is_nought(word ^ (EACH * u64::from(byte))) != 0;
    let marked = |word: u64| holds(word, b'%') | holds(word, mark);
    let marked = any_of_eight(text, marked) && text.bytes().any(|byte| byte == b'%' || byte == mark);
    if marked { Err(Otherwise) } else { Ok(text) }
}

/// One in each of eight bytes.
const EACH: u64 = 0x0101_0101_0101_0101;

/// Whether something holds of any eight bytes of a text that stand together, or of what is shorter.
#[inline(always)]
fn any_of_eight(text: &str, holds: impl Fn(u64) -> bool) -> bool {
    let bytes = text.as_bytes();
    match bytes.last_chunk::<8>() {
        Some(last) => {
            let (eights, _) = bytes.as_chunks::<8>();
            eights.iter().chain([last]).any(|eight| holds(u64::from_le_bytes(*eight)))
        }
        None => {
            // Filled up with what nobody looks for.
            let mut eight = [b'0'; 8];
            eight[..bytes.len()].copy_from_slice(bytes);
            holds(u64::from_le_bytes(eight))
        }
    }
}

/// A part of the persons, settled.
pub struct Part {
    block: Block,
    totals: Totals,
    held: Held,
}

/// The parts of a statement, put together in their order.
pub struct PutTogether<'a, W> {
    request: &'a Request<'a>,
    totals: Totals,
    out: CompactWriter<W>,
}

/// What pages show of a part.
#[derive(Debug, Default)]
pub struct ShownOfPart {
    /// The first lines, as many as were asked for and there are.
    pub first: Vec<Line>,
    /// How many lines there are.
    pub lines: u64,
    /// The first lines that are held.
    pub held: Vec<Line>,
    /// How many are held.
    pub held_in_all: u64,
}

impl<'a, W: io::Write> PutTogether<'a, W> {
    /// Starts the file of lines.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn start(request: &'a Request<'a>, out: W) -> io::Result<PutTogether<'a, W>> {
        Ok(PutTogether { request, totals: Totals::new(request.terms), out: CompactWriter::start(out)? })
    }

    /// The next part, of whose lines so many are shown.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, part: Part, show: u64) -> io::Result<ShownOfPart> {
        let Part { block, totals, held } = part;
        let shown =
            ShownOfPart { first: block.first(show), lines: block.lines(), held: held.first, held_in_all: held.count };
        self.totals.and(totals);
        self.out.block(block)?;
        Ok(shown)
    }

    /// The head of the statement, the file, and how many lines it holds.
    ///
    /// # Errors
    /// When the file cannot be written; in the result, when an amount was larger than any sum can hold.
    pub fn finish<E>(self, earlier: &Earlier<E>) -> io::Result<(Result<Head, Refused>, W, u64)> {
        let (out, lines) = self.out.finish()?;
        Ok((head(self.request, earlier, self.totals), out, lines))
    }
}

/// A hash of a packed sort: its two halves folded by multiplication.
#[derive(Default)]
struct Folded(u64);

impl Hasher for Folded {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u128(&mut self, number: u128) {
        let product = ((number ^ (number >> 61)) as u64 as u128 | 1) * 0x9e37_79b9_7f4a_7c15_u128;
        let other = (number >> 64) as u64;
        self.0 = (product as u64 ^ (product >> 64) as u64).wrapping_add(other).wrapping_mul(0xd6e8_feb8_6659_fd93);
        self.0 ^= self.0 >> 32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bytes_at_once_tell_what_one_after_the_other_do() {
        let plain_part = "abcdefghijklm";
        for odd in ["", "%", "/", "~", " ", "\u{a0}", "\u{2003}", "é", "\u{7f}", "!", "0", "_"] {
            for (before, after) in (0..12).flat_map(|before| (0..12).map(move |after| (before, after))) {
                let text = format!("{}{odd}{}", &plain_part[..before], &plain_part[..after]);
                assert_eq!(holds_a_blank(&text), text.contains(char::is_whitespace), "{text:?}");
                for mark in [b'/', b'~'] {
                    let marked = text.bytes().any(|byte| byte == b'%' || byte == mark);
                    assert_eq!(plain(&text, mark).is_err(), marked, "{text:?}");
                }
            }
        }
    }
}
