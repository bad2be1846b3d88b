//! Whether rows come in the order of their keys.

/// The key of the row before.
#[derive(Debug, Default)]
pub struct Rising(Option<Vec<String>>);

impl Rising {
    /// Whether a key comes after the one before it, as texts compare; then it takes its place. The first always does.
    pub fn takes<'c>(&mut self, now: impl Iterator<Item = &'c str> + Clone) -> bool {
        match &mut self.0 {
            None => self.0 = Some(now.map(str::to_owned).collect()),
            Some(before) => {
                if !before.iter().map(String::as_str).lt(now.clone()) {
                    return false;
                }
                for (before, now) in before.iter_mut().zip(now) {
                    before.clear();
                    before.push_str(now);
                }
            }
        }
        true
    }
}
