//! What a row means, and what a hub must make of it: told without reading any table.

use std::collections::BTreeMap;

use tables::TakeOver;

/// The communities that the sub-district has.
pub(crate) const OURS: [&str; 3] = ["南路社区", "北园社区", "和平社区"];
/// Words of a column and those of a ticket, in one order.
pub(crate) const URGENCIES: [(&str, &str); 3] =
    [("一般", "normal"), ("紧急", "urgent"), ("特急", "critical")];
/// The same of what is wanted.
pub(crate) const WANTED: [(&str, &str); 3] =
    [("投诉", "complaint"), ("咨询", "inquiry"), ("求助", "help")];

/// Seconds of a wall clock in Beijing, from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) i64);

pub(crate) const DAY: i64 = 86_400;

impl Moment {
    pub(crate) const fn millis(self) -> i64 {
        (self.0 - 8 * 3_600) * 1_000
    }

    /// Year, month and day of the calendar (Howard Hinnant's `civil_from_days`).
    pub(crate) const fn date(self) -> (i64, i64, i64) {
        let days = self.0.div_euclid(DAY) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let later = if month <= 2 { 1 } else { 0 };
        (
            year + era * 400 + later,
            month,
            of_year - (153 * shifted + 2) / 5 + 1,
        )
    }

    pub(crate) const fn clock(self) -> (i64, i64, i64) {
        let of_day = self.0.rem_euclid(DAY);
        (of_day / 3_600, of_day / 60 % 60, of_day % 60)
    }

    pub(crate) const fn is_midnight(self) -> bool {
        self.0.rem_euclid(DAY) == 0
    }

    /// The last second of its day: what a deadline without a time means.
    pub(crate) const fn end_of_day(self) -> Self {
        Self(self.0.div_euclid(DAY) * DAY + DAY - 1)
    }

    pub(crate) const fn is_end_of_day(self) -> bool {
        self.0.rem_euclid(DAY) == DAY - 1
    }
}

/// A ticket as a row means it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meant {
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) dispatched: Moment,
    pub(crate) due: Option<Moment>,
    /// Its whole name, ours or not.
    pub(crate) community: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) channel: Option<String>,
    pub(crate) requester: Option<String>,
    pub(crate) phone: Option<String>,
    /// A place in [`URGENCIES`].
    pub(crate) urgency: Option<usize>,
    /// A place in [`WANTED`].
    pub(crate) wanted: Option<usize>,
}

impl Meant {
    /// Field by field, in the order in which differences are told.
    fn says(&self) -> [(&'static str, Option<String>); 11] {
        let time = |at: Moment| at.0.to_string();
        [
            ("title", Some(self.title.clone())),
            ("description", Some(self.description.clone())),
            ("due_at", self.due.map(time)),
            ("urgency", self.urgency.map(|place| place.to_string())),
            ("dispatched_at", Some(time(self.dispatched))),
            ("address", self.address.clone()),
            ("community", self.community.clone()),
            ("channel", self.channel.clone()),
            ("request_kind", self.wanted.map(|place| place.to_string())),
            ("requester", self.requester.clone()),
            ("phone", self.phone.clone()),
        ]
    }

    fn differing(&self, later: &Self) -> Vec<&'static str> {
        let pairs = self.says().into_iter().zip(later.says());
        let differ = pairs.filter(|((_, ours), (_, theirs))| theirs.is_some() && ours != theirs);
        differ.map(|((field, _), _)| field).collect()
    }

    fn urges(&self) -> bool {
        ["催办", "催单", "督办"]
            .iter()
            .any(|word| self.title.contains(word) || self.description.contains(word))
    }

    /// As the hub compares it: a community that it does not have says nothing, and a row that urges does not calm.
    fn to_compare(&self) -> Self {
        let mut row = self.clone();
        row.community = row.community.filter(|name| OURS.contains(&name.as_str()));
        if row.urges() && row.urgency == Some(0) {
            row.urgency = None;
        }
        row
    }

    /// As it is stored when it is new.
    fn stored(&self) -> Self {
        let community = self.community.clone();
        Self {
            community: community.filter(|name| OURS.contains(&name.as_str())),
            urgency: Some(self.urgency.unwrap_or(0)),
            ..self.clone()
        }
    }

    /// This ticket with what is taken over of a row.
    fn with(&self, row: &Self, take: TakeOver, urged: bool, fields: &[&str]) -> Self {
        let calm = self.urgency == Some(0);
        let raised = urged && calm;
        let of_deadline = raised || fields.iter().any(|one| ["due_at", "urgency"].contains(one));
        let mut merged = match take {
            TakeOver::Nothing => return self.clone(),
            TakeOver::Deadline if !of_deadline => return self.clone(),
            TakeOver::Deadline => self.clone(),
            TakeOver::All => Self {
                address: row.address.clone().or_else(|| self.address.clone()),
                community: row.community.clone().or_else(|| self.community.clone()),
                channel: row.channel.clone().or_else(|| self.channel.clone()),
                requester: row.requester.clone().or_else(|| self.requester.clone()),
                phone: row.phone.clone().or_else(|| self.phone.clone()),
                wanted: row.wanted.or(self.wanted),
                ..row.clone()
            },
        };
        merged.due = row.due.or(self.due);
        merged.urgency = row.urgency.or(self.urgency);
        if raised && merged.urgency == Some(0) {
            merged.urgency = Some(1);
        }
        merged
    }
}

/// A row of a file: where it stands, what it means, and what is wrong with it, if something is.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) sheet: Option<String>,
    pub(crate) line: u32,
    pub(crate) meant: Meant,
    /// Words of the sentence that must refuse it.
    pub(crate) wrong: Option<&'static str>,
}

/// A row that must be told as changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ChangedLine {
    pub(crate) sheet: Option<String>,
    pub(crate) line: u32,
    pub(crate) number: String,
    pub(crate) fields: Vec<&'static str>,
    /// Where the earlier row of its number stands, if it differs from that.
    pub(crate) first: Option<String>,
}

/// What must become of the rows of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) added: u64,
    pub(crate) unchanged: u64,
    pub(crate) changed: Vec<ChangedLine>,
    pub(crate) refused: Vec<(Option<String>, u32, &'static str)>,
    /// Line and number of the rows that are tickets, in order.
    pub(crate) good: Vec<(u32, String)>,
}

/// The tickets that a hub has, by their numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tickets(pub(crate) BTreeMap<String, Meant>);

impl Tickets {
    /// Takes in the rows of one file, and says what must be told of it.
    pub(crate) fn take_in(&mut self, rows: &[Row], take: TakeOver) -> Answer {
        let mut answer = Answer::default();
        let mut seen: BTreeMap<&str, &Row> = BTreeMap::new();
        for row in rows {
            let place = (row.sheet.clone(), row.line);
            if let Some(words) = row.wrong {
                answer.refused.push((place.0, place.1, words));
                continue;
            }
            let number = row.meant.number.clone();
            let mut told = |fields, first| {
                answer.changed.push(ChangedLine {
                    sheet: place.0.clone(),
                    line: place.1,
                    number: number.clone(),
                    fields,
                    first,
                });
            };
            if let Some(first) = seen.get(number.as_str()) {
                let fields = first.meant.differing(&row.meant);
                if fields.is_empty() {
                    answer.unchanged += 1;
                } else {
                    let sheet = first.sheet.as_ref().map(|sheet| format!("「{sheet}」"));
                    let line = first.line;
                    let first = format!("{}第 {line} 行", sheet.unwrap_or_default());
                    told(fields, Some(first));
                }
                continue;
            }
            seen.insert(&row.meant.number, row);
            answer.good.push((row.line, number.clone()));
            let Some(known) = self.0.get(&number) else {
                answer.added += 1;
                self.0.insert(number, row.meant.stored());
                continue;
            };
            let compared = row.meant.to_compare();
            let fields = known.differing(&compared);
            if fields.is_empty() {
                answer.unchanged += 1;
                continue;
            }
            let urged = row.meant.urges() && !known.urges();
            let merged = known.with(&compared, take, urged, &fields);
            told(fields, None);
            self.0.insert(number, merged);
        }
        answer
    }
}
