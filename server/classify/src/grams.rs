//! A text as a vector: how often each n-gram of characters stands in it, weighed by how rare it is.

use std::collections::{BTreeMap, HashMap};

use sync_core::text::is_invisible;

/// Entries of a vector by index, in rising order; its length is 1 if all of the text is known, 0 if nothing is.
pub type Vector = Vec<(u32, f64)>;

/// Characters that the end of a title is marked with, so that no n-gram reaches from the title into the text.
const BREAK: char = '\n';

/// The n-grams that are known, each with its weight.
///
/// The weight is the usual one (TF-IDF): `1 + ln(count)` in the text times `1 + ln((1 + texts) / (1 + texts with it))`,
/// and all of the text is scaled to length 1, so that a long letter counts no more than a short one. What is not known counts
/// for the length alone, as if no text held it: a text of which a single character is known resembles nothing.
#[derive(Clone, Debug)]
pub struct Grams {
    longest: usize,
    /// Index of each n-gram; indices follow the order of the n-grams as texts.
    index: HashMap<String, u32>,
    /// Each n-gram, by its index.
    known: Vec<String>,
    rarity: Vec<f64>,
    /// Of an n-gram that is not known.
    unknown: f64,
}

impl Grams {
    /// Learns the n-grams of one to `longest` characters that at least `fewest` of these texts hold.
    pub fn learn<'a>(
        texts: impl IntoIterator<Item = (&'a str, &'a str)>,
        longest: usize,
        fewest: usize,
    ) -> Self {
        let mut holders: BTreeMap<String, usize> = BTreeMap::new();
        let mut all = 0_usize;
        for (title, body) in texts {
            all = all.saturating_add(1);
            for gram in count(title, body, longest).into_keys() {
                *holders.entry(gram).or_default() += 1;
            }
        }
        holders.retain(|_, texts| *texts >= fewest.max(1));
        let rarity = |texts: usize| 1.0 + ((1.0 + all as f64) / (1.0 + texts as f64)).ln();
        let unknown = rarity(0);
        let rarity = holders.values().map(|texts| rarity(*texts)).collect();
        let known: Vec<String> = holders.into_keys().collect();
        let index = (0_u32..).zip(&known).map(|(n, gram)| (gram.clone(), n));
        Self {
            longest,
            index: index.collect(),
            known,
            rarity,
            unknown,
        }
    }

    /// How many n-grams are known.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Nothing is known, as before the first example.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The n-gram with this index.
    pub fn gram(&self, index: u32) -> Option<&str> {
        self.known
            .get(usize::try_from(index).ok()?)
            .map(|gram| &**gram)
    }

    /// The vector of a text. What is in the title counts twice: it is the caller's own summary.
    pub fn vector(&self, title: &str, body: &str) -> Vector {
        let mut vector = Vector::new();
        let mut square = 0.0;
        // In one order: sums of the same numbers in another differ in their last digits.
        let mut counts: Vec<(String, u32)> = count(title, body, self.longest).into_iter().collect();
        counts.sort_unstable();
        for (gram, times) in counts {
            let index = self.index.get(&gram);
            let rarity = index.and_then(|n| self.rarity.get(usize::try_from(*n).ok()?));
            let weight = (1.0 + f64::from(times).ln()) * rarity.unwrap_or(&self.unknown);
            square += weight * weight;
            vector.extend(index.map(|n| (*n, weight)));
        }
        let length = f64::sqrt(square);
        if length > 0.0 {
            vector.iter_mut().for_each(|(_, x)| *x /= length);
        }
        vector
    }
}

/// Each n-gram of a text with how often it stands there; those of the title twice.
fn count(title: &str, body: &str, longest: usize) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    for (text, weight) in [(title, 2), (body, 1)] {
        let letters = plain(text);
        for n in 1..=longest {
            for window in letters.windows(n) {
                if window.iter().all(|c| *c != BREAK) {
                    *counts.entry(window.iter().collect()).or_default() += weight;
                }
            }
        }
    }
    counts
}

/// The characters of a text as they are compared: no case, no full-width forms of Latin letters and digits, every digit as 0
/// (a number of a house says nothing about what is wrong there), and everything that is neither letter nor digit as one break.
fn plain(text: &str) -> Vec<char> {
    let mut letters = Vec::with_capacity(text.len() / 3);
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        let half = match c {
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(u32::from(c).saturating_sub(0xfee0)).unwrap_or(c)
            }
            _ => c,
        };
        if half.is_numeric() && half.is_ascii() {
            letters.push('0');
        } else if half.is_alphanumeric() {
            letters.extend(half.to_lowercase());
        } else if letters.last().is_some_and(|last| *last != BREAK) {
            letters.push(BREAK);
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_numbers_do_not_matter() {
        assert_eq!(plain("ＡＢ１２栋"), plain("ab34栋"));
        assert_eq!(plain("停水，停电"), plain("停水 。停电"));
        assert_eq!(plain("停\u{200b}水"), plain("停水"));
    }

    #[test]
    fn no_gram_reaches_over_a_mark() {
        let counts = count("停水，电梯", "", 2);
        assert_eq!(counts.get("停水"), Some(&2));
        assert!(
            !counts
                .keys()
                .any(|gram| gram.contains('水') && gram.contains('电'))
        );
    }

    #[test]
    fn what_is_known_has_length_one_and_rare_grams_weigh_more() {
        let grams = Grams::learn([("停水", ""), ("停电", "")], 1, 1);
        let vector = grams.vector("停水", "");
        let length: f64 = vector.iter().map(|(_, x)| x * x).sum();
        assert!((length - 1.0).abs() < 1e-12);
        let of = |wanted: &str| {
            let found = vector.iter().find(|(n, _)| grams.gram(*n) == Some(wanted));
            found.unwrap().1
        };
        assert!(of("水") > of("停"));
        assert!(grams.vector("你好", "").is_empty());
        // Half known is half a match.
        let half = grams.vector("停水不知何处去", "");
        assert!(half.iter().map(|(_, x)| x * x).sum::<f64>() < 0.5);
    }
}
