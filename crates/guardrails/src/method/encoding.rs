//! How can two registers compare people without showing each other their names?
//!
//! Each side normalises what identifies a person and sends either a keyed hash, which agrees only where the text is
//! the same, or a Bloom filter of the text's letter pairs, which also says how alike two texts are (Schnell, Bachteler
//! and Reiher 2009). The key is shared by the registers and never sent. Bloom filters leak how common letter pairs
//! are: they are for a trusted linker, never for publication.

use sha2::{Digest, Sha256};

/// A secret that two registers share.
#[derive(Clone)]
pub struct Key([u8; 32]);

/// Never shown.
impl std::fmt::Debug for Key {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Key(..)")
    }
}

/// Keyed hash of a normalised identifier, as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct KeyedHash(pub String);

/// Letter pairs of a text, as bits that only holders of the key can make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bloom {
    bits: Vec<u64>,
}

/// Bits of a filter; 1,000 with 20 hashes suit names (Schnell and others use 1,000 and 15 to 30).
pub const BITS: usize = 1_024;
/// Bits set for each pair of letters.
pub const HASHES: u64 = 20;

impl Key {
    /// A key from secret bytes of any length.
    pub fn new(secret: &[u8]) -> Key {
        Key(Sha256::digest(secret).into())
    }

    /// HMAC-SHA-256 of a message (RFC 2104).
    pub fn sign(&self, message: &[u8]) -> [u8; 32] {
        let pad = |with: u8| {
            let mut block = [with; 64];
            for (byte, key) in block.iter_mut().zip(self.0) {
                *byte ^= key;
            }
            block
        };
        let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
        Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
    }

    /// Keyed hash of a field: field name and normalised text, so that equal texts of two fields do not agree. An empty
    /// text has none: two unknowns are not the same person.
    pub fn hash(&self, field: &str, text: &str) -> Option<KeyedHash> {
        let plain = normalised(text);
        (!plain.is_empty()).then(|| {
            let signed = self.sign(format!("{field}\u{1f}{plain}").as_bytes());
            KeyedHash(signed.iter().map(|b| format!("{b:02x}")).collect())
        })
    }

    /// Bloom filter of the letter pairs of a text, with a space before and after; none for an empty text.
    pub fn bloom(&self, text: &str) -> Option<Bloom> {
        let plain = normalised(text);
        if plain.is_empty() {
            return None;
        }
        let letters: Vec<char> = format!(" {plain} ").chars().collect();
        let mut bits = vec![0_u64; BITS / 64];
        for pair in letters.windows(2) {
            let signed = self.sign(format!("bloom\u{1f}{}{}", pair[0], pair[1]).as_bytes());
            let part = |at: usize| u64::from_be_bytes(signed[at..at + 8].try_into().expect("32 bytes hold four parts"));
            let (first, second) = (part(0), part(8) | 1);
            for i in 0..HASHES {
                let bit = (first.wrapping_add(i.wrapping_mul(second)) % BITS as u64) as usize;
                bits[bit / 64] |= 1 << (bit % 64);
            }
        }
        Some(Bloom { bits })
    }
}

impl Bloom {
    /// Dice's coefficient of the bits: twice what both have set, divided by what each has.
    pub fn likeness(&self, other: &Bloom) -> f64 {
        let set = |bits: &[u64]| bits.iter().map(|b| b.count_ones()).sum::<u32>();
        let shared: u32 = self.bits.iter().zip(&other.bits).map(|(a, b)| (a & b).count_ones()).sum();
        f64::from(2 * shared) / f64::from((set(&self.bits) + set(&other.bits)).max(1))
    }
}

/// Text as it is compared: lower case, letters and digits only, accents of Latin letters left off.
pub fn normalised(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .flat_map(|c| {
            let plain: &str = match c {
                'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ą' => "a",
                'ä' | 'æ' => "ae",
                'ç' | 'ć' | 'č' => "c",
                'ď' | 'đ' => "d",
                'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
                'ğ' => "g",
                'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
                'ł' => "l",
                'ñ' | 'ń' | 'ň' => "n",
                'ò' | 'ó' | 'ô' | 'õ' | 'ō' => "o",
                'ö' | 'ø' | 'œ' => "oe",
                'ř' => "r",
                'ś' | 'š' | 'ş' => "s",
                'ß' => "ss",
                'ť' => "t",
                'ù' | 'ú' | 'û' | 'ū' | 'ů' => "u",
                'ü' => "ue",
                'ý' | 'ÿ' => "y",
                'ź' | 'ż' | 'ž' => "z",
                other if other.is_alphanumeric() => return vec![other],
                _ => "",
            };
            plain.chars().collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_and_case_do_not_matter_and_fields_do() {
        let key = Key::new(b"shared by two registers");
        assert_eq!(key.hash("surname", "O'Brien"), key.hash("surname", " OBRIEN "));
        assert_eq!(key.hash("surname", "Müller"), key.hash("surname", "Mueller"));
        assert_ne!(key.hash("surname", "Lee"), key.hash("forename", "Lee"));
        assert_ne!(key.hash("surname", "Lee"), Key::new(b"another").hash("surname", "Lee"));
        assert_eq!(key.hash("surname", " - "), None);
        assert_eq!(format!("{key:?}"), "Key(..)");
    }

    #[test]
    fn the_signature_is_that_of_the_standard() {
        // RFC 4231, case 2, has the key `Jefe`; here keys are hashed first, so the reference was made with
        // Python: hmac.new(hashlib.sha256(b"Jefe").digest(), b"what do ya want for nothing?", "sha256").
        let signed = Key::new(b"Jefe").sign(b"what do ya want for nothing?");
        let hex: String = signed.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "142c7fede7587937a94a739156b6e8176dc3ff6d5dc58b43b5700a605fac8df3");
    }

    #[test]
    fn names_alike_have_filters_alike() {
        let key = Key::new(b"shared");
        let of = |name| key.bloom(name).unwrap();
        let (smith, smyth, jones) = (of("Smith"), of("Smyth"), of("Jones"));
        assert_eq!(smith.likeness(&of("SMITH")), 1.0);
        assert!(smith.likeness(&smyth) > 0.6, "{}", smith.likeness(&smyth));
        assert!(smith.likeness(&jones) < 0.35, "{}", smith.likeness(&jones));
        assert!(smith.likeness(&Key::new(b"other").bloom("Smith").unwrap()) < 0.35);
        assert_eq!(key.bloom(""), None);
    }
}
