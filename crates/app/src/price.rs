//! Prices from a plan: reads the plan, works the prices out, writes them.

use std::path::Path;

use meed_pricing::Prices;
use meed_publication::prices::{price_lines, prices_csv, prices_json, prices_svg, prices_text};
use meed_terms::{PricePlan, Severity};

use crate::{
    error::{AppError, Result},
    out::OutFolder,
};

/// The files of a pricing.
pub const FILES: [&str; 5] = ["prices.json", "prices.txt", "prices.csv", "prices.toml", "prices.svg"];

/// A plan with its prices.
#[derive(Clone, Debug)]
pub struct Priced {
    /// The plan.
    pub plan: PricePlan,
    /// Its prices.
    pub prices: Prices,
}

/// Reads a plan and works its prices out.
///
/// # Errors
/// When the plan cannot be read or has errors: all of them at once.
pub fn price(path: &Path) -> Result<Priced> {
    if path.is_dir() {
        return Err(AppError::new(
            format!("{} is a folder", path.display()),
            "give the price plan itself, a TOML file: docs/reference/prices.md shows one",
        ));
    }
    let text = crate::contract::text(path)?;
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (plan, diagnostics) = PricePlan::read(&file, &text);
    let Some(plan) = plan else {
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let told: Vec<String> = errors.map(|diagnostic| diagnostic.render(&text)).collect();
        return Err(AppError::new(
            format!("{} cannot be priced:\n\n{}", path.display(), told.join("\n")),
            format!("mend these and run `meed price {}`", path.display()),
        ));
    };
    let prices = meed_pricing::price(&plan)
        .map_err(|large| AppError::new(large.to_string(), format!("mend {} and run it again", path.display())))?;
    Ok(Priced { plan, prices })
}

/// Writes prices into a folder, whole or not at all; gives back whether it is new.
///
/// # Errors
/// When the folder cannot be written, or holds something else.
pub fn write(priced: &Priced, out: &Path) -> Result<bool> {
    let Priced { plan, prices } = priced;
    let folder = OutFolder::of("pricing", FILES[0], out)?;
    let texts = [
        prices_json(plan, prices),
        prices_text(plan, prices),
        prices_csv(plan, prices),
        price_lines(plan, prices),
        prices_svg(plan, prices),
    ];
    for (name, text) in FILES.iter().zip(texts) {
        let path = folder.path().join(name);
        std::fs::write(&path, text).map_err(|error| AppError::io("write", &path, &error))?;
    }
    folder.finish(&FILES)
}
