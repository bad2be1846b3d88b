//! `work/started`: a person who was referred came to a first meeting.

use meed_measures::Standing;

use crate::{
    day::Day,
    list::{Pass, Set},
    out::{Identity, Occurrence, Out, Said},
    person::{Contact, Referral},
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    Looks::default().at(Table::Referrals, &[]).at(Table::Contacts, &[])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    Some(Box::new(WorkStarted { as_of: set.as_of, referrals: Vec::new() }))
}

struct WorkStarted {
    as_of: Day,
    referrals: Vec<Referral>,
}

impl Pass for WorkStarted {
    fn person(&mut self, out: &mut Out<'_>) {
        let person = out.person;
        self.referrals.clear();
        self.referrals.extend(person.referrals);
        self.referrals.sort_by(|a, b| {
            a.referred_on.cmp(&b.referred_on).then_with(|| person.text(a.referral).cmp(person.text(b.referral)))
        });
        for (place, of) in self.referrals.iter().enumerate() {
            let later = self.referrals[place + 1..].iter().find(|later| later.provider == of.provider);
            self.referral(out, of, later.map(|later| later.referred_on));
        }
    }
}

impl WorkStarted {
    fn referral(&self, out: &mut Out<'_>, of: &Referral, next_on: Option<Day>) {
        let person = out.person;
        let counts = |contact: &&Contact| {
            contact.provider == of.provider
                && contact.attended == Some(true)
                && contact.contacted_on >= of.referred_on
                && contact.contacted_on <= self.as_of
                && next_on.is_none_or(|next| contact.contacted_on < next)
        };
        let met = person.contacts.iter().filter(counts).min_by(|a, b| {
            a.contacted_on.cmp(&b.contacted_on).then_with(|| person.text(a.contact).cmp(person.text(b.contact)))
        });
        let again = met.is_none() && next_on.is_some_and(|next| next <= self.as_of);
        let said = Said {
            provider: of.provider,
            occurrence: Occurrence::Key(of.referral),
            standing: match met {
                Some(_) => Standing::Achieved,
                None if again => Standing::NotAchieved,
                None => Standing::Pending,
            },
            occurred_on: met.map(|met| met.contacted_on),
            until: None,
            ended_by: None,
            sent_by: Some(met.map_or(of.sent_by, |met| met.sent_by)),
        };
        out.say(
            said,
            |evidence| {
                evidence.push(Identity { table: "referrals", key: of.referral, item: None });
                evidence.extend(met.map(|met| Identity { table: "contacts", key: met.contact, item: None }));
            },
            |_| again.then(|| "was referred again without having come".to_owned()),
        );
    }
}
