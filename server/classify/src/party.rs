//! Whose matter it is: a citizen's, a firm's, or a citizen's against a firm.
//!
//! Rules, not a model: at the first start nobody has decided anything yet, and the subject decides which deadline holds, so the
//! answer must be one that a person can check by reading the words it names. Each ticket is in exactly one class:
//!
//! - *enterprise*: a firm, shop or other business asks about its own operation.
//! - *citizen against enterprise*: somebody asks that a business pays, repairs, hands over or stops something that touches him
//!   as its customer, worker, owner or neighbour.
//! - *citizen*: everything else. Authorities, schools, public hospitals, and those who supply water, power, heat and post
//!   are no businesses here, and disorder in the street is no dispute with the shop that makes it.

mod words;

use serde::Serialize;

use words::{FIRM_ENDINGS, WORDS, Word};

/// Whose matter it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// 市民
    Citizen,
    /// 市民与企业: a citizen against a business.
    CitizenEnterprise,
    /// 企业
    Enterprise,
}

impl Party {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Citizen, Self::CitizenEnterprise, Self::Enterprise];

    /// The word in databases, files and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::CitizenEnterprise => "citizen_enterprise",
            Self::Enterprise => "enterprise",
        }
    }

    /// The class with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|party| party.as_str() == word)
    }
}

/// What the rules found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Whose matter it is.
    pub party: Party,
    /// How far the words are from another answer, in weights of words; below [`UNCLEAR`] a person should look twice.
    pub margin: f64,
    /// The words that decided, as they stand in the text, strongest first.
    pub reasons: Vec<Sign>,
}

/// A word of the text, and what it said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sign {
    /// The word.
    pub text: String,
    /// Which rule it fell under.
    pub rule: Rule,
    /// How much it counted.
    pub weight: f64,
}

/// The rules, by what they look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A business is spoken of.
    Business,
    /// The requester's name is that of a firm.
    FirmName,
    /// What people quarrel with a business about.
    Matter,
    /// A business speaks of itself.
    Ours,
    /// An authority, a public service or a public rule is what it is about.
    Public,
    /// Somebody who works or lives there speaks.
    Staff,
}

/// A margin under which the rules are not sure.
pub const UNCLEAR: f64 = 1.0;

/// Words that a verdict names.
const SIGNS: usize = 5;

/// From how much on a business speaks of itself.
const SPEAKS: f64 = 2.0;

/// From how much on a text is a dispute with a business.
const DISPUTE: f64 = 5.0;

/// The most that the words for a business, and those for the matter, add: ten shops are no more of a dispute than two.
const MOST: (f64, f64) = (4.0, 5.0);

/// What having both adds at most: a shop alone is a place, a refund alone may be the tax office's.
const BOTH: f64 = 2.0;

/// How much a word for a public matter takes away.
const PUBLIC_SHARE: f64 = 0.7;

/// Bytes of a text within which people say what it is about: some 200 Chinese characters. Words after them count half.
const NEAR: usize = 600;

/// Decides by the words of a ticket. `requester` is the name of who asks, where it is known.
pub fn decide(title: &str, body: &str, requester: Option<&str>) -> Verdict {
    let signs = |words: &[Word], rule| find(words, rule, title, body);
    let mut ours = signs(&WORDS.ours, Rule::Ours);
    ours.extend(requester.and_then(firm_name));
    // Workers say "our firm" too.
    let speaks = total(&ours) - total(&signs(&WORDS.staff, Rule::Staff));
    if speaks >= SPEAKS {
        return verdict(Party::Enterprise, speaks - SPEAKS, ours);
    }
    let business = signs(&WORDS.business, Rule::Business);
    let matter = signs(&WORDS.matter, Rule::Matter);
    let public = signs(&WORDS.public, Rule::Public);
    let (b, m) = (total(&business), total(&matter));
    let against = PUBLIC_SHARE * total(&public);
    let dispute = b.min(MOST.0) + m.min(MOST.1) + b.min(m).min(BOTH) - against;
    if dispute >= DISPUTE && b > 0.0 && m > 0.0 {
        let signs = business.into_iter().chain(matter).collect();
        return verdict(Party::CitizenEnterprise, dispute - DISPUTE, signs);
    }
    verdict(Party::Citizen, (DISPUTE - dispute).max(0.0), public)
}

fn verdict(party: Party, margin: f64, mut reasons: Vec<Sign>) -> Verdict {
    reasons.sort_by(|a, b| {
        b.weight
            .total_cmp(&a.weight)
            .then_with(|| a.text.cmp(&b.text))
    });
    reasons.truncate(SIGNS);
    Verdict {
        party,
        margin,
        reasons,
    }
}

fn total(signs: &[Sign]) -> f64 {
    signs.iter().map(|sign| sign.weight).sum()
}

/// The ending by which a requester's name is that of a firm; it outweighs all that its staff might say.
fn firm_name(name: &str) -> Option<Sign> {
    let name = name.trim();
    let ending = FIRM_ENDINGS
        .iter()
        .find(|ending| name.ends_with(**ending))?;
    (name.chars().count() > 3).then(|| Sign {
        text: (*ending).to_owned(),
        rule: Rule::FirmName,
        weight: 10.0,
    })
}

/// The words that stand in the text, each once. One in the title counts double, one far down in a long letter half, and one
/// that is part of another which counts as much not at all: 物业公司 is one word.
fn find(words: &[Word], rule: Rule, title: &str, body: &str) -> Vec<Sign> {
    let found: Vec<Word> = words
        .iter()
        .filter_map(|(word, weight)| {
            if title.contains(word) {
                return Some((*word, weight * 2.0));
            }
            let near = body.find(word)? < NEAR;
            Some((*word, if near { *weight } else { weight / 2.0 }))
        })
        .collect();
    let is_part = |(word, weight): &Word| {
        let mut longer = found.iter().filter(|(other, _)| other.len() > word.len());
        longer.any(|(other, more)| other.contains(word) && more >= weight)
    };
    let whole = found.iter().filter(|word| !is_part(word));
    whole
        .map(|(word, weight)| Sign {
            text: (*word).to_owned(),
            rule,
            weight: *weight,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_is_told_by_words_that_stand_in_the_text() {
        for (title, body, party) in [
            (
                "楼道灯不亮",
                "三单元楼道灯坏了一个月，老人下楼摔倒。",
                Party::Citizen,
            ),
            (
                "餐馆油烟扰民",
                "楼下餐馆的油烟管道正对我家窗户。",
                Party::CitizenEnterprise,
            ),
            (
                "拖欠工资",
                "我在工地干了三个月，老板拖欠工资一万二。",
                Party::CitizenEnterprise,
            ),
            (
                "市场网络中断",
                "我们商户的移动宽带断了两天，刷卡做不了。",
                Party::Enterprise,
            ),
        ] {
            let verdict = decide(title, body, None);
            assert_eq!(verdict.party, party, "{title}: {verdict:?}");
            for sign in verdict.reasons {
                assert!(title.contains(&sign.text) || body.contains(&sign.text));
            }
        }
    }

    #[test]
    fn a_firm_that_asks_is_told_by_its_name() {
        let of = |name| decide("门口积水", "雨后积水进不了车。", name).party;
        assert_eq!(of(Some("济南某某茶叶有限公司")), Party::Enterprise);
        assert_eq!(of(Some("李某")), Party::Citizen);
        assert_eq!(of(None), Party::Citizen);
    }

    #[test]
    fn staff_who_say_our_firm_are_no_firm() {
        let verdict = decide(
            "我公司拖欠工资",
            "我公司拖欠工资三个月，员工都要辞职。",
            None,
        );
        assert_eq!(verdict.party, Party::CitizenEnterprise);
    }
}
