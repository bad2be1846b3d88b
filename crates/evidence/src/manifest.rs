//! What a snapshot holds: the moment it was known at, and every file with its SHA-256.

use std::io::{self, Read};

use meed_units::Moment;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The manifest of a snapshot. A statement names its snapshot by the manifest's [`id`](Manifest::id).
///
/// ```
/// use meed_evidence::{Manifest, ManifestTable};
/// let table = |name: &str| ManifestTable {
///     table: name.into(),
///     file: format!("{name}.parquet"),
///     rows: 2,
///     sha256: "0f".repeat(32),
/// };
/// let known_at = "2013-05-31T23:59:59Z".parse().unwrap();
/// let manifest = Manifest::new(known_at, vec![table("spells"), table("people")]);
/// assert_eq!(manifest.tables[0].table, "people");
/// assert_eq!(Manifest::read(&manifest.text()), Ok(manifest));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Manifest {
    /// The version of this format.
    pub format: u32,
    /// What the snapshot froze: everything known by this moment.
    pub known_at: Moment,
    /// The files, by table and name.
    pub tables: Vec<ManifestTable>,
}

/// One file of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ManifestTable {
    /// The table it holds.
    pub table: String,
    /// The file, within the snapshot.
    pub file: String,
    /// Rows in it.
    pub rows: u64,
    /// SHA-256 of its bytes: 64 digits of 0-9 and a-f.
    pub sha256: String,
}

/// A text that is no manifest, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAManifest {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl Manifest {
    /// The version of the format written here.
    pub const FORMAT: u32 = 1;

    /// The manifest of these files, in whatever order they come.
    pub fn new(known_at: Moment, mut tables: Vec<ManifestTable>) -> Manifest {
        tables.sort();
        Manifest { format: Manifest::FORMAT, known_at, tables }
    }

    /// The bytes of `manifest.json`: the same for the same snapshot, always.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The identity of the snapshot: the SHA-256 of its manifest's bytes.
    pub fn id(&self) -> String {
        hex(Sha256::digest(self.text().as_bytes()).into())
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// When the text is no manifest that this version wrote.
    pub fn read(text: &str) -> Result<Manifest, NotAManifest> {
        let wrong = |message: String, remedy: &str| NotAManifest { message, remedy: remedy.to_owned() };
        let again = "freeze the evidence again";
        let manifest: Manifest =
            serde_json::from_str(text).map_err(|error| wrong(format!("it does not read: {error}"), again))?;
        if manifest.format != Manifest::FORMAT {
            let message = format!("its format is {}, and {} is read here", manifest.format, Manifest::FORMAT);
            return Err(wrong(message, "use the version of Meed that wrote it, or freeze the evidence again"));
        }
        for table in &manifest.tables {
            let is_hash = table.sha256.len() == 64
                && table.sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            let is_name =
                !table.file.is_empty() && !table.file.contains(['/', '\\', ':']) && !table.file.starts_with('.');
            if !is_hash || !is_name {
                return Err(wrong(format!("the file of `{}` is not named or hashed as one", table.table), again));
            }
        }
        if Manifest::new(manifest.known_at, manifest.tables.clone()) != manifest {
            return Err(wrong("its tables are out of order".to_owned(), again));
        }
        Ok(manifest)
    }
}

/// The SHA-256 of bytes as they stream by, in 64 digits.
///
/// # Errors
/// When the bytes cannot be read.
pub fn sha256(bytes: &mut dyn Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(bytes, &mut hash)?;
    Ok(hex(hash.finalize().into()))
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl std::fmt::Display for NotAManifest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; {}", self.message, self.remedy)
    }
}

impl std::error::Error for NotAManifest {}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> ManifestTable {
        let sha256 = sha256(&mut name.as_bytes()).expect("in memory");
        ManifestTable { table: name.into(), file: format!("{name}.parquet"), rows: 3, sha256 }
    }

    fn known_at() -> Moment {
        "2013-05-31T23:59:59Z".parse().expect("a moment")
    }

    #[test]
    fn the_same_snapshot_has_the_same_identity() {
        let one = Manifest::new(known_at(), vec![table("spells"), table("people")]);
        let other = Manifest::new(known_at(), vec![table("people"), table("spells")]);
        assert_eq!((one.text(), one.id()), (other.text(), other.id()));
        assert_eq!(one.id().len(), 64);
        let later = Manifest::new("2013-06-30".parse().expect("a moment"), one.tables.clone());
        assert_ne!(one.id(), later.id());
    }

    #[test]
    fn a_hash_is_that_of_the_standard() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(&mut io::empty()).expect("in memory"), empty);
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        let good = Manifest::new(known_at(), vec![table("people"), table("spells")]);
        assert_eq!(Manifest::read(&good.text()), Ok(good.clone()));
        let check = |text: String, part: &str| {
            let refused = Manifest::read(&text).expect_err("refused");
            assert!(refused.message.contains(part), "{}", refused.message);
        };
        check(String::new(), "does not read");
        check(good.text().replace("\"format\": 1", "\"format\": 2"), "its format is 2");
        check(good.text().replace("people.parquet", "../people.parquet"), "not named");
        check(good.text().replace("\"people\"", "\"tenancies\""), "out of order");
    }
}
