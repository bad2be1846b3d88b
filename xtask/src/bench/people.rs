//! Makes people who never lived, as a package of evidence: the same ones for the same number, on every machine.
//!
//! Each has about three spells of treatment, eight reviews and twelve events over four years, one of five bands of
//! need, and a place with some of two hundred providers.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Evidence begins on this day and covers four years.
pub const FROM: (i32, u32, u32) = (2012, 1, 1);
const DAYS: u32 = 1461;
const PROVIDERS: u64 = 200;
const REVIEWS: u32 = 8;
const EVENTS: u32 = 12;

/// Writes the package into a new folder.
pub fn write(folder: &Path, people: u32) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut tables = Tables::create(folder)?;
    let calendar = Calendar::new();
    for person in 0..people {
        write_person(&mut tables, &calendar, person)?;
    }
    tables.finish()?;
    std::fs::write(folder.join("datapackage.json"), description())
}

struct Tables {
    people: BufWriter<File>,
    assessments: BufWriter<File>,
    spells: BufWriter<File>,
    reviews: BufWriter<File>,
    events: BufWriter<File>,
}

const COLUMNS: [(&str, &str); 5] = [
    ("people", "person,born_year,sex,sent_by,known_at"),
    ("assessments", "assessment,person,assessor,assessed_on,band,effective_from,standing,sent_by,known_at"),
    ("spells", "spell,person,provider,kind,started_on,ended_on,end_reason,modality,problem1,sent_by,known_at"),
    ("reviews", "review,person,provider,reviewed_on,stage,item,value,sent_by,known_at"),
    ("events", "event,person,provider,kind,occurred_on,concluded_on,outcome,quantity,sent_by,known_at"),
];

impl Tables {
    fn create(folder: &Path) -> std::io::Result<Tables> {
        let table = |index: usize| -> std::io::Result<BufWriter<File>> {
            let (name, columns) = COLUMNS[index];
            let mut file = BufWriter::with_capacity(1 << 18, File::create(folder.join(format!("{name}.csv")))?);
            writeln!(file, "{columns}")?;
            Ok(file)
        };
        Ok(Tables {
            people: table(0)?,
            assessments: table(1)?,
            spells: table(2)?,
            reviews: table(3)?,
            events: table(4)?,
        })
    }

    fn finish(self) -> std::io::Result<()> {
        for mut file in [self.people, self.assessments, self.spells, self.reviews, self.events] {
            file.flush()?;
        }
        Ok(())
    }
}

fn description() -> String {
    let resources: Vec<String> = COLUMNS
        .iter()
        .map(|(name, _)| {
            format!(r#"    {{ "name": "{name}", "path": "{name}.csv", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8" }}"#)
        })
        .collect();
    format!("{{\n  \"name\": \"people-who-never-lived\",\n  \"resources\": [\n{}\n  ]\n}}\n", resources.join(",\n"))
}

fn write_person(tables: &mut Tables, calendar: &Calendar, number: u32) -> std::io::Result<()> {
    let mut chance = Chance::of_person(number);
    let person = format!("p{number:08}");
    let substance = chance.pick(&["OPIUSE", "OPIUSE", "OPIUSE", "ALCUSE", "CRAUSE"]);
    let band = chance.pick(&["very-low", "low", "medium", "high", "very-high"]);
    let home = chance.below(PROVIDERS);
    let mut day = chance.between(0, 400);

    let born = chance.between(1950, 1994);
    let sex = chance.pick(&["female", "male", "male", "not-stated"]);
    writeln!(tables.people, "{person},{born},{sex},assessor,{}", calendar.known(day))?;
    writeln!(
        tables.assessments,
        "a{number:08},{person},assessor,{on},{band},{on},confirmed,assessor,{}",
        calendar.known(day),
        on = calendar.day(day)
    )?;

    let spells = chance.between(2, 4);
    let mut reviews = 0;
    for spell in 0..spells {
        if day >= DAYS {
            break;
        }
        let provider = if chance.one_in(5) { chance.below(PROVIDERS) } else { home };
        let end = day + chance.between(60, 300);
        let (ended_on, reason) = if end < DAYS {
            (calendar.day(end), chance.pick(&["80", "80", "80", "82", "85", "85", "83"]))
        } else {
            ("", "")
        };
        writeln!(
            tables.spells,
            "s{number:08}-{spell},{person},provider-{provider:03},treatment,{},{ended_on},{reason},2,{substance},provider-{provider:03},{}",
            calendar.day(day),
            calendar.known(end.min(DAYS - 1)),
        )?;
        // The reviews of a person are spread over the spells, the first of each at its start.
        let of_this_spell = (REVIEWS - reviews).div_ceil(spells - spell);
        let days_apart = (end - day) / of_this_spell.max(1);
        for review in 0..of_this_spell {
            let on = day + review * days_apart;
            if on >= DAYS {
                break;
            }
            let stage = if review == 0 { "start" } else { "review" };
            let value = match review {
                0 => chance.between(4, 28).to_string(),
                _ if chance.one_in(20) => String::new(),
                _ if chance.one_in(2) => String::from("0"),
                _ => chance.between(1, 28).to_string(),
            };
            writeln!(
                tables.reviews,
                "r{number:08}-{reviews},{person},provider-{provider:03},{},{stage},{substance},{value},provider-{provider:03},{}",
                calendar.day(on),
                calendar.known(on)
            )?;
            reviews += 1;
        }
        day = end + chance.between(20, 500);
    }

    let mut days: Vec<u32> = (0..EVENTS).map(|_| chance.between(0, DAYS - 1)).collect();
    days.sort_unstable();
    for (event, on) in days.into_iter().enumerate() {
        // The first is a release from custody, the start of a year without offences or with one.
        let release = event == 0;
        let chosen =
            chance.pick(&["urine-test", "urine-test", "urine-test", "urine-test", "sighting", "job-start", "offence"]);
        let kind = if release { "release" } else { chosen };
        let (concluded_on, outcome, quantity) = match kind {
            "offence" => (
                calendar.day(on + chance.between(10, 200)),
                chance.pick(&["conviction", "conviction", "caution", "no-further-action"]),
                "",
            ),
            "urine-test" => ("", "", chance.pick(&["0", "1"])),
            _ => ("", "", ""),
        };
        // Who answers for the person after release.
        let provider = if release { format!("provider-{home:03}") } else { String::new() };
        writeln!(
            tables.events,
            "e{number:08}-{event:02},{person},{provider},{kind},{},{concluded_on},{outcome},{quantity},registry,{}",
            calendar.day(on),
            calendar.known(on + 200)
        )?;
    }
    Ok(())
}

/// Days as text, worked out once: writing tens of millions of dates must not be what takes the time.
struct Calendar {
    days: Vec<String>,
    moments: Vec<String>,
}

impl Calendar {
    fn new() -> Calendar {
        let (mut year, mut month, mut day) = FROM;
        let mut days = Vec::new();
        for _ in 0..DAYS + 500 {
            days.push(format!("{year:04}-{month:02}-{day:02}"));
            day += 1;
            if day > days_in(year, month) {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        let moments = days.iter().map(|day| format!("{day}T09:00:00Z")).collect();
        Calendar { days, moments }
    }

    fn day(&self, day: u32) -> &str {
        &self.days[day as usize]
    }

    /// A thing becomes known ten days after it happened.
    fn known(&self, day: u32) -> &str {
        &self.moments[day as usize + 10]
    }
}

fn days_in(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Chance that is the same on every run: SplitMix64, started anew for each person so that more people change nobody.
struct Chance(u64);

impl Chance {
    fn of_person(number: u32) -> Chance {
        let mut chance = Chance(0x6d65_6564 ^ (u64::from(number) << 20));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// Both ends are possible.
    fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(u64::from(most - least) + 1) as u32
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_years_have_their_leap_day() {
        let calendar = Calendar::new();
        assert_eq!(calendar.day(59), "2012-02-29");
        assert_eq!(calendar.day(DAYS), "2016-01-01");
        assert_eq!(calendar.known(0), "2012-01-11T09:00:00Z");
    }

    #[test]
    fn the_same_number_makes_the_same_people() {
        let folder = std::env::temp_dir().join(format!("meed-people-{}", std::process::id()));
        let made = |people: u32| {
            write(&folder, people).expect("a folder to write into");
            let rows = |table: &str| {
                let text = std::fs::read_to_string(folder.join(format!("{table}.csv"))).expect("a table");
                text.lines().map(str::to_owned).collect::<Vec<_>>()
            };
            (rows("spells"), rows("reviews"), rows("events"))
        };
        let (few_spells, ..) = made(200);
        let (spells, reviews, events) = made(1000);
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
        assert_eq!(spells[..few_spells.len()], few_spells, "more people change nobody");
        let per_person = |rows: &[String]| (rows.len() - 1) as f64 / 1000.0;
        assert!((2.5..3.5).contains(&per_person(&spells)), "about three spells: {}", per_person(&spells));
        assert!((7.0..8.1).contains(&per_person(&reviews)), "about eight reviews: {}", per_person(&reviews));
        assert_eq!(events.len() - 1, 12_000);
    }
}
