//! Which need a person had on a day: the band in force, and the chance of success a model gave.

use super::{Assessment, AssessmentStanding, Caseload, Of, ReviewAnswer, Source, Spell, SpellKind};
use crate::day::Day;

impl<'c> Of<'c> {
    /// The band in force on a day: of the latest assessment that holds by then, else of the first one after. A blind
    /// second scoring changes no band.
    pub fn band_on(&self, day: Day) -> Option<u8> {
        self.assessment_on(day).map(|row| row.band)
    }

    /// The assessment whose band is in force on a day; see [`Of::band_on`].
    pub fn assessment_on(&self, day: Day) -> Option<&'c Assessment> {
        let counted = || self.assessments.iter().filter(|row| row.standing != AssessmentStanding::Blind);
        counted()
            .filter(|row| row.effective_from <= day)
            .max_by_key(|row| (row.effective_from, row.on, row.known_on))
            .or_else(|| counted().min_by_key(|row| (row.effective_from, row.on, row.known_on)))
    }

    /// The chance of success a model gave, 0 to 1: the latest on or before a day, else the first one after.
    pub fn chance_on(&self, day: Day) -> Option<f64> {
        let before = self.risk_scores.iter().rev().find(|row| row.on <= day);
        before.or(self.risk_scores.first()).map(|row| f64::from(row.chance))
    }

    /// Spells of treatment, by first day.
    pub fn treatment(&self) -> impl Iterator<Item = &'c Spell> + use<'c> {
        self.spells.iter().filter(|row| row.kind == SpellKind::Treatment)
    }

    /// Age in whole years at the end of the year of a day, where the year of birth is known.
    pub fn age_on(&self, day: Day) -> Option<f64> {
        self.about.born_year.map(|year| f64::from(day.date().year()) - f64::from(year.get()))
    }

    /// Answers from one source.
    pub fn answers(&self, source: Source) -> impl Iterator<Item = &'c ReviewAnswer> + use<'c> {
        self.reviews.iter().filter(move |row| row.source == source)
    }
}

impl Caseload {
    /// The name of a band by its place; its number where the contract names none.
    pub fn band_name(&self, band: u8) -> String {
        self.scheme.bands.get(usize::from(band)).cloned().unwrap_or_else(|| format!("band {}", band + 1))
    }

    /// The highest band anybody was given, or that the contract names.
    pub fn top_band(&self) -> Option<u8> {
        self.scheme.top_band().or_else(|| self.assessments.iter().map(|row| row.band).max())
    }
}
