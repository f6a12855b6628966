//! How alike two requests are in words: pairs of characters, those that few requests have counting most.
//!
//! Chinese has no blanks between words, so pairs of neighbouring characters stand for them (as in the search). The measure is the
//! cosine of the two sets of pairs, each weighted by `ln(1 + requests / requests with the pair)`: names of places and firms
//! weigh much, `请问` and `小区` nearly nothing. What two requests share can be shown as the words that they have in common.

use unicode_normalization::UnicodeNormalization as _;

/// Of a long request the beginning is compared: what follows is history and greetings.
const COMPARED_CHARS: usize = 600;
/// Fewer requests than this tell little of which pairs are rare.
const FEWEST_REQUESTS: u32 = 200;
/// Words in common that are shown, and how short they may be.
const SHOWN_WORDS: usize = 3;
const SHORTEST_WORD: usize = 3;
const LONGEST_WORD: usize = 12;

type Pair = (char, char);

/// A request's text as it is compared.
#[derive(Clone, Debug, Default)]
pub struct Text {
    letters: Vec<char>,
    /// Sorted, each once.
    pairs: Vec<Pair>,
}

impl Text {
    /// The parts of one text; pairs do not reach from one to the next.
    pub fn of(parts: &[&str]) -> Self {
        let mut text = Self::default();
        for part in parts {
            // Masked digits are no words that two requests share.
            let letters = part.nfkc().filter(|c| c.is_alphanumeric());
            let letters: Vec<char> = letters
                .take(COMPARED_CHARS)
                .flat_map(char::to_lowercase)
                .collect();
            let neighbours = letters.iter().zip(letters.iter().skip(1));
            text.pairs
                .extend(neighbours.map(|(one, next)| (*one, *next)));
            text.letters.extend(letters);
            text.letters.push(' ');
        }
        text.pairs.sort_unstable();
        text.pairs.dedup();
        text
    }
}

/// How much each pair tells, among the requests that are compared. Pairs are counted in so many buckets: a rare one that shares
/// its bucket counts a little less, and thousands of requests are compared while somebody types.
#[derive(Debug)]
pub struct Weights(Vec<f64>);

const BUCKETS: usize = 1 << 16;

impl Weights {
    /// Counts the pairs of all requests that are looked at.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Self {
        let mut counts = vec![0_u32; BUCKETS];
        let mut requests = 0_u32;
        for text in texts {
            requests += 1;
            for pair in &text.pairs {
                if let Some(count) = counts.get_mut(bucket(*pair)) {
                    *count += 1;
                }
            }
        }
        let requests = f64::from(requests.max(FEWEST_REQUESTS));
        let weight = |count: u32| (1.0 + requests / f64::from(count.max(1))).ln();
        Self(counts.into_iter().map(weight).collect())
    }

    fn weight(&self, pair: Pair) -> f64 {
        self.0.get(bucket(pair)).copied().unwrap_or_default()
    }

    /// How long a text is in this measure; for [`Weights::likeness`].
    pub fn length(&self, text: &Text) -> f64 {
        let squares = text.pairs.iter().map(|pair| self.weight(*pair).powi(2));
        squares.sum::<f64>().sqrt()
    }

    /// 0 where nothing is shared, 1 where everything is. `length` is that of `one`.
    pub fn likeness(&self, (one, length): (&Text, f64), other: &Text) -> f64 {
        let mut shared = 0.0;
        let mut others = other.pairs.iter().peekable();
        for pair in &one.pairs {
            while others.next_if(|other| *other < pair).is_some() {}
            if others.next_if_eq(&pair).is_some() {
                shared += self.weight(*pair).powi(2);
            }
        }
        if shared > 0.0 {
            shared / (length * self.length(other))
        } else {
            0.0
        }
    }

    /// The words that both requests have, those that tell most first.
    pub fn shared_words(&self, one: &Text, other: &Text) -> Vec<String> {
        let mut runs: Vec<(f64, String)> = Vec::new();
        let (mut run, mut weight) = (String::new(), 0.0);
        let has = |pair: &Pair| other.pairs.binary_search(pair).is_ok();
        let mut end = |run: &mut String, weight: &mut f64| {
            let word = std::mem::take(run);
            if word.chars().count() >= SHORTEST_WORD {
                runs.push((*weight, word));
            }
            *weight = 0.0;
        };
        for (letter, next) in one.letters.iter().zip(one.letters.iter().skip(1)) {
            let pair = (*letter, *next);
            if !has(&pair) || run.chars().count() >= LONGEST_WORD {
                end(&mut run, &mut weight);
                if !has(&pair) {
                    continue;
                }
            }
            if run.is_empty() {
                run.push(*letter);
            }
            run.push(*next);
            weight += self.weight(pair);
        }
        end(&mut run, &mut weight);
        runs.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut words: Vec<String> = Vec::new();
        for (_, word) in runs {
            if words.len() < SHOWN_WORDS
                && !words
                    .iter()
                    .any(|known| known.contains(&word) || word.contains(known.as_str()))
            {
                words.push(word);
            }
        }
        words
    }
}

fn bucket((one, next): Pair) -> usize {
    // Multiplied by an odd number near 2^32 / golden ratio (Knuth, TAOCP 3, 6.4), of which the high bits are well mixed.
    let mixed = (u32::from(one) << 11 ^ u32::from(next)).wrapping_mul(0x9e37_79b1);
    usize::try_from(mixed >> 16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_are_wholly_alike_and_other_words_are_not() {
        let one = Text::of(&["丽发新城搅拌站噪音", "小区附近的搅拌站粉尘大"]);
        let same = Text::of(&["丽发新城搅拌站噪音", "小区附近的搅拌站粉尘大。"]);
        let other = Text::of(&["退还租房押金", "房东不退押金"]);
        let weights = Weights::of([&one, &same, &other]);
        let like = |one, other| weights.likeness((one, weights.length(one)), other);
        assert!(like(&one, &same) > 0.999);
        assert!(like(&one, &other) < 0.001);
        assert!(like(&Text::default(), &one).abs() < f64::EPSILON);
    }

    #[test]
    fn words_that_everybody_writes_weigh_little() {
        let greeting = |what: &str| Text::of(&[&format!("尊敬的领导您好，请帮忙处理{what}")]);
        let many: Vec<Text> = (0..300).map(|n| greeting(&format!("{n}号"))).collect();
        let (one, other) = (greeting("丽发新城搅拌站"), greeting("车位捆绑销售"));
        let again = Text::of(&["丽发新城旁边的搅拌站吵"]);
        let weights = Weights::of(many.iter().chain([&one, &other, &again]));
        let like = |one, other| weights.likeness((one, weights.length(one)), other);
        assert!(like(&one, &again) > 2.0 * like(&one, &other));
        assert_eq!(
            weights
                .shared_words(&one, &again)
                .first()
                .map(String::as_str),
            Some("丽发新城")
        );
    }
}
