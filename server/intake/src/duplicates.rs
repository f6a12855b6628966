//! Whether a matter is there already: points for what two tickets share, each with its reason in words.
//!
//! A suggestion, never a decision: people merge. So few false ones matter more than all true ones, and nothing but what can be
//! shown counts. Measured with `cargo run -p intake --example duplicates`.

use serde::Serialize;
use sync_core::{Id, Timestamp};

use crate::similar::{Text, Weights};

/// Points from which a ticket is suggested.
pub const THRESHOLD: u32 = 55;
/// Suggestions that are shown.
pub const SHOWN: usize = 10;
/// Tickets further apart in time are another matter.
pub const WINDOW_DAYS: i64 = 45;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// The most points of each sign. One alone never suffices: a phone calls about many things, a house has many tenants; only words
/// that are nearly the same do.
const PHONE: u32 = 28;
const WORDS: f64 = 70.0;
/// Likeness of words that counts in full: above it both are one text with small changes.
const SAME_WORDS: f64 = 0.7;
/// Likeness below which words that are shared tell nothing, and those in common are not shown.
const FEW_WORDS: f64 = 0.12;
const ADDRESS: f64 = 15.0;
const COMMUNITY: u32 = 5;
const TYPES: [u32; 3] = [3, 6, 10];
/// Within so many days, so many points.
const TIMES: [(i64, u32); 3] = [(1, 8), (7, 5), (30, 2)];
/// Likeness of addresses from which they are the same place.
const SAME_ADDRESS: f64 = 0.6;

/// What is compared of a ticket; personal data masked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matter {
    /// One line.
    pub title: String,
    /// The request.
    pub description: String,
    /// Where it is about.
    pub address: Option<String>,
    /// The community's unit.
    pub community: Option<Id>,
    /// Large, middle and small class.
    pub category: [Option<String>; 3],
    /// When it came in.
    pub at: Option<Timestamp>,
    /// The keyed hash of the requester's number.
    pub phone_hash: Option<Vec<u8>>,
}

/// Why a ticket is suggested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "sign", rename_all = "snake_case")]
pub enum Reason {
    /// The requester's number is the same.
    Phone,
    /// The address is, or nearly.
    Address,
    /// The community is.
    Community,
    /// The type is.
    Category {
        /// Its name.
        name: String,
    },
    /// Both came within some days.
    Time {
        /// Between them.
        days: i64,
    },
    /// The words are alike.
    Words {
        /// Some that both have.
        words: Vec<String>,
    },
}

/// How much two tickets have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// 0 to some 140.
    pub points: u32,
    /// The most telling first.
    pub reasons: Vec<Reason>,
}

/// One matter beside others that are compared with it.
pub struct Comparison<'a> {
    matter: &'a Matter,
    words: Text,
    length: f64,
    others: Vec<(Text, &'a Matter)>,
    weights: Weights,
}

impl<'a> Comparison<'a> {
    /// Prepares the comparison: which words are rare is counted among all that are given.
    pub fn of(matter: &'a Matter, others: impl IntoIterator<Item = &'a Matter>) -> Self {
        let text = |matter: &Matter| Text::of(&[&matter.title, &matter.description]);
        let words = text(matter);
        let others: Vec<_> = others
            .into_iter()
            .map(|other| (text(other), other))
            .collect();
        let weights = Weights::of(others.iter().map(|(words, _)| words).chain([&words]));
        Self {
            length: weights.length(&words),
            matter,
            words,
            others,
            weights,
        }
    }

    /// The places, in the order given, of those that reach [`THRESHOLD`]; the most alike first, [`SHOWN`] at most.
    pub fn suggestions(&self) -> Vec<(usize, Score)> {
        let scored = self.others.iter().enumerate();
        let scored = scored.map(|(place, (words, other))| (place, self.score(words, other)));
        let mut found: Vec<_> = scored
            .filter(|(_, score)| score.points >= THRESHOLD)
            .collect();
        found.sort_by_key(|(place, score)| (std::cmp::Reverse(score.points), *place));
        found.truncate(SHOWN);
        found
    }

    fn score(&self, words: &Text, other: &Matter) -> Score {
        let mut signs: Vec<(u32, Reason)> = Vec::new();
        let ours = self.matter;
        if ours.phone_hash.is_some() && ours.phone_hash == other.phone_hash {
            signs.push((PHONE, Reason::Phone));
        }
        let likeness = self.weights.likeness((&self.words, self.length), words);
        if likeness >= FEW_WORDS {
            let shared = self.weights.shared_words(&self.words, words);
            let points = rounded(WORDS * likeness.min(SAME_WORDS) / SAME_WORDS);
            signs.push((points, Reason::Words { words: shared }));
        }
        if let (Some(one), Some(two)) = (&ours.address, &other.address) {
            let alike = address_likeness(one, two);
            if alike >= SAME_ADDRESS {
                signs.push((rounded(ADDRESS * alike), Reason::Address));
            }
        }
        if ours.community.is_some() && ours.community == other.community {
            signs.push((COMMUNITY, Reason::Community));
        }
        signs.extend(same_category(ours, other));
        signs.extend(close_in_time(ours, other));
        signs.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
        Score {
            points: signs.iter().map(|(points, _)| points).sum(),
            reasons: signs.into_iter().map(|(_, reason)| reason).collect(),
        }
    }
}

/// The smallest class that both have, if it is the same.
fn same_category(ours: &Matter, other: &Matter) -> Option<(u32, Reason)> {
    let pairs = ours.category.iter().zip(&other.category).zip(TYPES);
    let mut same = pairs.filter_map(|((one, two), points)| match (one, two) {
        (Some(one), Some(two)) if one == two => Some((points, one.clone())),
        _ => None,
    });
    same.next_back()
        .map(|(points, name)| (points, Reason::Category { name }))
}

fn close_in_time(ours: &Matter, other: &Matter) -> Option<(u32, Reason)> {
    let apart = ours.at?.millis_since(other.at?).abs();
    let (_, points) = TIMES.iter().find(|(days, _)| apart <= days * DAY_MS)?;
    Some((
        *points,
        Reason::Time {
            days: apart / DAY_MS,
        },
    ))
}

/// Two addresses are one place if the shorter one's pairs are in the longer one, its numbers among them: 69号院 is not 68号院.
fn address_likeness(one: &str, two: &str) -> f64 {
    let (one, two) = (Place::of(one), Place::of(two));
    let (short, long) = if one.pairs.len() <= two.pairs.len() {
        (one, two)
    } else {
        (two, one)
    };
    if short.pairs.len() < 3
        || (!short.numbers.is_empty() && !long.numbers.starts_with(&short.numbers))
    {
        return 0.0;
    }
    let shared = short
        .pairs
        .iter()
        .filter(|pair| long.pairs.contains(pair))
        .count();
    ratio(shared, short.pairs.len())
}

/// An address as it is compared.
struct Place {
    pairs: Vec<(char, char)>,
    numbers: Vec<String>,
}

impl Place {
    fn of(address: &str) -> Self {
        let letters: Vec<char> = address.chars().filter(|c| c.is_alphanumeric()).collect();
        let text: String = letters.iter().collect();
        let numbers = text.split(|c: char| !c.is_ascii_digit());
        Self {
            pairs: letters
                .iter()
                .zip(letters.iter().skip(1))
                .map(|(one, next)| (*one, *next))
                .collect(),
            numbers: numbers
                .filter(|number| !number.is_empty())
                .map(str::to_owned)
                .collect(),
        }
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
    f64::from(count(part)) / f64::from(count(whole).max(1))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "points lie between 0 and some 70"
)]
fn rounded(points: f64) -> u32 {
    points.round().max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_483_800_000;

    fn matter(title: &str, description: &str) -> Matter {
        Matter {
            title: title.to_owned(),
            description: description.to_owned(),
            at: Some(Timestamp::from_millis(NOW)),
            ..Matter::default()
        }
    }

    fn points(one: &Matter, other: &Matter) -> (u32, Vec<Reason>) {
        let comparison = Comparison::of(one, [other]);
        let words = Text::of(&[&other.title, &other.description]);
        let score = comparison.score(&words, other);
        (score.points, score.reasons)
    }

    #[test]
    fn the_same_matter_from_another_channel_is_suggested_with_each_reason() {
        let hash = Some(vec![7; 32]);
        let direct = Matter {
            address: Some("黄台南路69号院2号楼".to_owned()),
            phone_hash: hash.clone(),
            ..matter("楼道堆物", "二单元楼道里堆了很多杂物，没人管")
        };
        let hotline = Matter {
            address: Some("天桥区黄台南路69号院2号楼二单元".to_owned()),
            phone_hash: hash,
            at: Some(Timestamp::from_millis(NOW + 2 * DAY_MS)),
            ..matter(
                "反映黄台南路69号院楼道堆放杂物",
                "来电人反映二单元楼道堆放杂物，存在消防隐患",
            )
        };
        let (points, reasons) = points(&direct, &hotline);
        assert!(points >= THRESHOLD, "{points} {reasons:?}");
        assert_eq!(reasons.first(), Some(&Reason::Phone));
        assert!(reasons.contains(&Reason::Address));
        assert!(reasons.contains(&Reason::Time { days: 2 }));
    }

    #[test]
    fn one_sign_alone_is_not_enough_unless_the_words_are_the_same() {
        let one = Matter {
            phone_hash: Some(vec![1; 32]),
            address: Some("黄台南路69号院".to_owned()),
            ..matter("楼道堆物", "二单元楼道堆放杂物")
        };
        let phone = Matter {
            address: None,
            ..one.clone()
        };
        let other_words = Matter {
            phone_hash: one.phone_hash.clone(),
            ..matter("路灯不亮", "门口路灯坏了三盏")
        };
        assert!(points(&phone, &other_words).0 < THRESHOLD);
        let neighbour = Matter {
            address: one.address.clone(),
            ..matter("停水", "家里今天没有自来水")
        };
        assert!(points(&one, &neighbour).0 < THRESHOLD);
        let copy = Matter {
            phone_hash: None,
            address: None,
            ..one.clone()
        };
        assert!(points(&one, &copy).0 >= THRESHOLD);
    }

    #[test]
    fn the_house_next_door_is_another_place() {
        assert!(address_likeness("黄台南路69号院", "黄台南路69号院3号楼") > 0.9);
        assert!(address_likeness("黄台南路69号院", "黄台南路68号院") < f64::EPSILON);
        assert!(
            address_likeness("小区", "小区") < f64::EPSILON,
            "too short to tell"
        );
    }

    #[test]
    fn suggestions_are_few_and_the_most_alike_come_first() {
        let one = matter("丽发新城搅拌站噪音", "丽发新城小区旁边的搅拌站从早吵到晚");
        let mut others: Vec<Matter> = (0..SHOWN + 5).map(|_| one.clone()).collect();
        let closest = Matter {
            category: [Some("环境保护".to_owned()), None, None],
            ..one.clone()
        };
        let one = closest.clone();
        others.push(closest);
        let found = Comparison::of(&one, &others).suggestions();
        assert_eq!((found.len(), found[0].0), (SHOWN, SHOWN + 5));
    }
}
