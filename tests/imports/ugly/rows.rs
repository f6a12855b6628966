//! The rows of a file: what each means, what is wrong with it, and what stands in its cells.

use std::collections::BTreeMap;

use harness::simulation::Chance;

use super::kinds::{Form, Kind, hits};
use super::meant::{DAY, Meant, Moment, OURS, URGENCIES, WANTED};
use super::texts;
use super::times;

/// A column that the office's mapping reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Column {
    Number,
    Title,
    Description,
    Dispatched,
    Due,
    Community,
    Address,
    Channel,
    Requester,
    Phone,
    Urgency,
    Wanted,
}

impl Column {
    /// The first four are needed.
    pub(crate) const ALL: [Self; 12] = [
        Self::Number,
        Self::Title,
        Self::Description,
        Self::Dispatched,
        Self::Due,
        Self::Community,
        Self::Address,
        Self::Channel,
        Self::Requester,
        Self::Phone,
        Self::Urgency,
        Self::Wanted,
    ];
    pub(crate) const NEEDED: usize = 4;

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Number => "工单编号",
            Self::Title => "标题",
            Self::Description => "内容",
            Self::Dispatched => "派发时间",
            Self::Due => "办理时限",
            Self::Community => "社区",
            Self::Address => "地址",
            Self::Channel => "来源渠道",
            Self::Requester => "诉求人",
            Self::Phone => "联系电话",
            Self::Urgency => "紧急程度",
            Self::Wanted => "诉求类型",
        }
    }
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    Whole(u64),
    /// A date cell; one at midnight shows a day.
    Date(Moment),
    Error(&'static str),
    /// Text that a writer of texts must not mend.
    Raw(String),
}

pub(crate) type Cells = BTreeMap<Column, Cell>;

/// Which columns a file has.
pub(crate) fn columns(chance: &mut Chance) -> Vec<Column> {
    let all = Column::ALL.into_iter().enumerate();
    all.filter(|(place, _)| *place < Column::NEEDED || chance.below(5) < 3)
        .map(|(_, column)| column)
        .collect()
}

/// A ticket with a number of its own.
pub(crate) fn meant(
    seed: u64,
    place: usize,
    columns: &[Column],
    kinds: &[Kind],
    chance: &mut Chance,
) -> Meant {
    let has = |column: Column| columns.contains(&column);
    // 2026-08-01 and the four months after it.
    let mut dispatched = 1_785_542_400 + i64::try_from(chance.below(120)).unwrap() * DAY;
    if chance.below(3) > 0 {
        dispatched += i64::try_from(chance.below(24 * 60)).unwrap() * 60;
        if chance.below(4) == 0 {
            dispatched += i64::try_from(chance.below(60)).unwrap();
        }
    }
    let dispatched = Moment(dispatched);
    let later = i64::try_from(chance.below(10)).unwrap() * DAY + 3_600;
    let mut due = Some(Moment(dispatched.0 + later)).filter(|_| chance.below(5) > 0);
    if kinds.contains(&Kind::DayDeadline) || chance.below(3) == 0 {
        due = due.map(Moment::end_of_day);
    }
    let text = |column: Column, text: String| has(column).then_some(text);
    let mut meant = Meant {
        number: texts::number(seed, place, chance),
        title: texts::title(place, kinds, chance),
        description: texts::description(kinds, chance),
        dispatched,
        due: due.filter(|_| has(Column::Due)),
        community: text(Column::Community, OURS[chance.below(3)].to_owned()),
        address: text(Column::Address, texts::address(kinds, chance)),
        channel: text(Column::Channel, "12345热线".to_owned()),
        requester: text(Column::Requester, texts::name(chance)),
        phone: text(Column::Phone, texts::phone(kinds, chance)),
        urgency: has(Column::Urgency).then(|| chance.below(3)),
        wanted: has(Column::Wanted).then(|| chance.below(3)),
    };
    if hits(kinds, Kind::ForeignCommunity, chance) && has(Column::Community) {
        meant.community = Some("远方社区".to_owned());
    }
    if hits(kinds, Kind::Urged, chance) {
        meant.title = format!("（催办）{}", texts::cut(&meant.title, 150));
    }
    // Some cells are left empty.
    let mut keep = || chance.below(6) > 0;
    meant.community = meant.community.filter(|_| keep());
    meant.address = meant.address.filter(|_| keep());
    meant.channel = meant.channel.filter(|_| keep());
    meant.requester = meant.requester.filter(|_| keep());
    meant.phone = meant.phone.filter(|_| keep());
    meant.urgency = meant.urgency.filter(|_| keep());
    meant.wanted = meant.wanted.filter(|_| keep());
    meant
}

/// The same ticket at another time, or as somebody else told it.
pub(crate) fn otherwise(meant: &Meant, columns: &[Column], chance: &mut Chance) -> Meant {
    let mut other = meant.clone();
    let has = |column: Column| columns.contains(&column);
    match chance.below(7) {
        0 => other.title = format!("{}（补充）", texts::cut(&other.title, 150)),
        1 => other.description = format!("第二次来电：{}", texts::cut(&other.description, 900)),
        2 if has(Column::Due) => other.due = Some(Moment(meant.dispatched.0 + 15 * DAY)),
        3 if has(Column::Urgency) => other.urgency = Some(chance.below(3)),
        4 if has(Column::Community) => other.community = Some(OURS[chance.below(3)].to_owned()),
        5 if has(Column::Phone) => other.phone = Some("010-62345678".to_owned()),
        _ => other.title = format!("督办：{}", texts::cut(&other.title, 150)),
    }
    other
}

/// A value that is left out, as people write that.
fn nothing(chance: &mut Chance) -> Cell {
    match chance.below(12) {
        0 => Cell::Text("-".to_owned()),
        1 => Cell::Text("无".to_owned()),
        2 => Cell::Text("\u{3000}".to_owned()),
        3 => Cell::Text("\u{200b}".to_owned()),
        _ => Cell::Empty,
    }
}

/// How a row is written.
pub(crate) struct Pen<'a> {
    pub(crate) form: Form,
    pub(crate) kinds: &'a [Kind],
    /// Nothing but what the row says: no quotes, no lines.
    pub(crate) plainly: bool,
}

impl Pen<'_> {
    fn has(&self, kind: Kind, chance: &mut Chance) -> bool {
        !self.plainly && hits(self.kinds, kind, chance)
    }

    /// The cells of a row that means this.
    pub(crate) fn write(&self, meant: &Meant, chance: &mut Chance) -> Cells {
        let mut cells = Cells::new();
        cells.insert(Column::Number, self.number(&meant.number, chance));
        for (column, text) in [
            (Column::Title, &meant.title),
            (Column::Description, &meant.description),
        ] {
            let text = self.text(text, column == Column::Description, chance);
            cells.insert(column, Cell::Text(text));
        }
        cells.insert(
            Column::Dispatched,
            self.time(meant.dispatched, false, chance),
        );
        let due = meant.due.map(|at| self.time(at, true, chance));
        cells.insert(Column::Due, due.unwrap_or_else(|| nothing(chance)));
        let community = meant.community.as_ref().map(|name| {
            let mut name = name.clone();
            if self.has(Kind::LookAlike, chance) && OURS.contains(&name.as_str()) {
                name = name.replace("社区", ["", "居委会", "社区居民委员会"][chance.below(3)]);
            }
            if self.has(Kind::Invisible, chance) {
                name = texts::with_invisible(&name, chance);
            }
            name
        });
        let words = |pairs: [(&'static str, &str); 3], place: Option<usize>| {
            place.map(|place| pairs[place].0.to_owned())
        };
        for (column, text) in [
            (Column::Community, community),
            (Column::Address, meant.address.clone()),
            (Column::Channel, meant.channel.clone()),
            (Column::Requester, meant.requester.clone()),
            (Column::Phone, meant.phone.clone()),
            (Column::Urgency, words(URGENCIES, meant.urgency)),
            (Column::Wanted, words(WANTED, meant.wanted)),
        ] {
            let Some(mut text) = text else {
                cells.insert(column, nothing(chance));
                continue;
            };
            let is_word = matches!(column, Column::Urgency | Column::Wanted);
            if is_word && self.has(Kind::Invisible, chance) {
                text = texts::with_invisible(&text, chance);
            }
            if column == Column::Phone {
                cells.insert(column, self.phone(text, chance));
                continue;
            }
            cells.insert(column, Cell::Text(text));
        }
        cells
    }

    fn number(&self, number: &str, chance: &mut Chance) -> Cell {
        let whole = number.parse().ok().filter(|_| !number.starts_with('0'));
        if let Some(whole) = whole
            && number.len() <= 15
            && self.form.has_cells()
            && self.has(Kind::CellTypes, chance)
        {
            return Cell::Whole(whole);
        }
        let mut text = number.to_owned();
        if self.has(Kind::LookAlike, chance) {
            text = texts::look_alike(&text, chance);
        }
        if self.has(Kind::Markup, chance) {
            text = format!("<span class=\"no\">{text}</span>");
        } else if self.has(Kind::NumberAsText, chance) {
            text = match chance.below(4) {
                0 => format!("=\"{text}\""),
                1 if text.starts_with(|c: char| c.is_ascii_digit()) => format!("'{text}"),
                2 => format!("\t{text}"),
                _ => format!("  {text}\t"),
            };
        }
        Cell::Text(text)
    }

    fn phone(&self, text: String, chance: &mut Chance) -> Cell {
        match text.parse() {
            Ok(whole) if self.form.has_cells() && self.has(Kind::CellTypes, chance) => {
                Cell::Whole(whole)
            }
            _ if self.has(Kind::Invisible, chance) => Cell::Text(format!("\u{202d}{text}\u{202c}")),
            _ => Cell::Text(text),
        }
    }

    fn time(&self, at: Moment, is_deadline: bool, chance: &mut Chance) -> Cell {
        if self.form.has_cells() && self.has(Kind::CellTypes, chance) {
            if !is_deadline || !(at.is_midnight() || at.is_end_of_day()) {
                return Cell::Date(at);
            }
            if at.is_end_of_day() {
                return Cell::Date(Moment(at.0 + 1 - DAY));
            }
        }
        if self.has(Kind::TimeForms, chance) {
            return Cell::Text(times::written(at, is_deadline, chance));
        }
        Cell::Text(times::plain(at, is_deadline))
    }

    fn text(&self, text: &str, has_lines: bool, chance: &mut Chance) -> String {
        let mut text = text.to_owned();
        if self.has(Kind::ControlCharacters, chance) {
            text = texts::with_control(&text, self.form == Form::Text, chance);
        }
        if (has_lines || !text.contains('\n')) && self.has(Kind::Markup, chance) {
            text = texts::marked_up(&text, chance);
        }
        if self.has(Kind::Invisible, chance) {
            text = format!("\u{feff}{text}\u{200b}");
        }
        text
    }
}
