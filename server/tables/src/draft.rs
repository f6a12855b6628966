//! One row of a table as a ticket, or the sentence that says what is wrong with it.

use crate::{communities, markup, plain};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};

use sync_core::Timestamp;

use super::mapping::{self, Field, From, Mapping};
use super::table::{Refused, Row};
use super::times::{DayEdge, TimeReader};
use basis::mask;
use store::tickets::{RequestKind, RequesterType, Urgency};
use sync_core::lifecycle::TicketState;

const MAX_NUMBER_CHARS: usize = 64;
const MAX_LINE_CHARS: usize = 200;
/// As much as somebody can note by hand.
const MAX_STATUS_CHARS: usize = sync_core::lifecycle::act::MAX_NAME;
const MAX_TEXT_CHARS: usize = 20_000;
/// Fewest digits of a phone number: the hotlines themselves.
const MIN_PHONE_DIGITS: usize = 5;
const MAX_PHONE_CHARS: usize = 40;
/// How much of a bad value is quoted back.
const QUOTED_CHARS: usize = 20;

/// A checked row. Personal data is still in full.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// Name of the sheet where the workbook has several tables.
    pub(crate) sheet: Option<String>,
    pub(crate) line: u32,
    pub(crate) upstream_no: String,
    pub(crate) channel: Option<String>,
    pub(crate) request_kind: Option<RequestKind>,
    pub(crate) requester_type: Option<RequesterType>,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) category: [Option<String>; 3],
    pub(crate) address: Option<String>,
    pub(crate) community: Option<String>,
    pub(crate) unit_text: Option<String>,
    pub(crate) requester: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) status: TicketState,
    pub(crate) urgency: Option<Urgency>,
    pub(crate) dispatched_at: Timestamp,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) reply: Option<String>,
    pub(crate) replied_at: Option<Timestamp>,
    /// Done in time, as a source says of a ticket that it closed.
    pub(crate) in_time: Option<bool>,
    /// Where it stands on the upper level's platform, as that words it.
    pub(crate) external_status: Option<String>,
    /// Columns that the mapping keeps as they are.
    pub(crate) kept: BTreeMap<String, String>,
}

/// Hashes of what a row says; nothing where it says nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fingerprint([(&'static str, Option<u64>); 18]);

impl Fingerprint {
    /// The fields in which a later row says something else than this one.
    pub(crate) fn differing(&self, later: &Self) -> Vec<&'static str> {
        let pairs = self.0.iter().zip(&later.0);
        pairs
            .filter(|((_, ours), (_, theirs))| theirs.is_some() && ours != theirs)
            .map(|((field, _), _)| *field)
            .collect()
    }
}

fn hashed(said: Option<impl Hash>) -> Option<u64> {
    said.map(|said| {
        let mut hasher = DefaultHasher::new();
        said.hash(&mut hasher);
        hasher.finish()
    })
}

impl Draft {
    /// What the row says, field by field, in as few bytes as tell two rows apart.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let [large, middle, small] = &self.category;
        let community = self.community.as_deref().map(communities::distinctive);
        Fingerprint([
            ("title", hashed(Some(&self.title))),
            ("description", hashed(Some(&self.description))),
            ("due_at", hashed(self.due_at)),
            ("urgency", hashed(self.urgency)),
            ("dispatched_at", hashed(Some(self.dispatched_at))),
            ("address", hashed(self.address.as_ref())),
            ("community", hashed(community)),
            ("category_l1", hashed(large.as_ref())),
            ("category_l2", hashed(middle.as_ref())),
            ("category_l3", hashed(small.as_ref())),
            ("channel", hashed(self.channel.as_ref())),
            ("request_kind", hashed(self.request_kind)),
            ("requester_type", hashed(self.requester_type)),
            ("requester", hashed(self.requester.as_ref())),
            ("phone", hashed(self.phone.as_ref())),
            ("unit_text", hashed(self.unit_text.as_ref())),
            ("reply", hashed(self.reply.as_ref())),
            ("replied_at", hashed(self.replied_at)),
        ])
    }
}

/// A mapping bound to the columns of one table.
pub(crate) struct Plan {
    mapping: Mapping,
    times: TimeReader,
    columns: BTreeMap<Field, Vec<usize>>,
    kept: Vec<(String, usize)>,
}

/// A problem of one row, in words.
type Problem = String;

impl Plan {
    /// Finds the mapping's columns in `header`. Columns that it does not have count as blank.
    pub(crate) fn bind(mapping: Mapping, header: &[String]) -> Result<Self, String> {
        let titles: Vec<String> = header.iter().map(|cell| plain::title(cell)).collect();
        let place = |title: &String| {
            let title = plain::title(title);
            titles.iter().position(|cell| *cell == title)
        };
        let columns = mapping
            .fields
            .iter()
            .map(|(field, from)| (*field, from.columns.iter().filter_map(place).collect()))
            .collect();
        let kept = mapping
            .keep
            .iter()
            .filter_map(|title| Some((title.clone(), place(title)?)))
            .collect();
        Ok(Self {
            times: mapping.time_reader()?,
            mapping,
            columns,
            kept,
        })
    }

    /// The row as a ticket.
    pub(crate) fn draft(&self, row: &Row) -> Result<Draft, Refused> {
        Reader { plan: self, row }
            .draft()
            .map_err(|reason| Refused::new(row.line, reason))
    }

    /// The columns that a field comes from.
    pub(crate) fn columns_of(&self, field: Field) -> &[usize] {
        self.columns.get(&field).map_or(&[], Vec::as_slice)
    }
}

struct Reader<'a> {
    plan: &'a Plan,
    row: &'a Row,
}

impl Reader<'_> {
    fn draft(&self) -> Result<Draft, Problem> {
        let dispatched_at = self
            .time(Field::DispatchedAt, DayEdge::Start)?
            .ok_or_else(|| self.missing(Field::DispatchedAt))?;
        let due_at = self.time(Field::DueAt, DayEdge::End)?;
        if due_at.is_some_and(|due_at| due_at < dispatched_at) {
            let (due, dispatched) = (self.label(Field::DueAt), self.label(Field::DispatchedAt));
            return Err(format!("「{due}」早于「{dispatched}」；请核对这两个时间。"));
        }
        let title = self.required(Field::Title, MAX_LINE_CHARS)?;
        let description = if self.plan.mapping.fields.contains_key(&Field::Description) {
            self.required(Field::Description, MAX_TEXT_CHARS)?
        } else {
            title.clone()
        };
        let kept = self.plan.kept.iter().filter_map(|(title, column)| {
            let cell = self.row.cells.get(*column)?;
            (!cell.is_empty()).then(|| (title.clone(), cell.chars().take(MAX_LINE_CHARS).collect()))
        });
        Ok(Draft {
            sheet: None,
            line: self.row.line,
            upstream_no: self.number()?,
            channel: self.optional(Field::Channel, MAX_LINE_CHARS)?,
            request_kind: self.word(Field::RequestKind, RequestKind::parse)?,
            requester_type: self.word(Field::RequesterType, RequesterType::parse)?,
            title,
            description,
            category: [
                self.optional(Field::CategoryL1, MAX_LINE_CHARS)?,
                self.optional(Field::CategoryL2, MAX_LINE_CHARS)?,
                self.optional(Field::CategoryL3, MAX_LINE_CHARS)?,
            ],
            address: self.optional(Field::Address, MAX_LINE_CHARS)?,
            community: self.optional(Field::Community, MAX_LINE_CHARS)?,
            unit_text: self.optional(Field::UnitText, MAX_LINE_CHARS)?,
            requester: self.optional(Field::Requester, MAX_LINE_CHARS)?,
            phone: self.phone()?,
            status: self
                .word(Field::Status, TicketState::parse)?
                .unwrap_or_default(),
            urgency: self.word(Field::Urgency, Urgency::parse)?,
            dispatched_at,
            due_at,
            reply: self.optional(Field::Reply, MAX_TEXT_CHARS)?,
            replied_at: self.time(Field::RepliedAt, DayEdge::Start)?,
            in_time: self.word(Field::InTime, mapping::in_time)?,
            external_status: self.optional(Field::ExternalStatus, MAX_STATUS_CHARS)?,
            kept: kept.collect(),
        })
    }

    /// The field's text, from its columns or its constant; `None` where all of that is blank.
    fn text(&self, field: Field) -> Option<String> {
        let constant = || self.plan.mapping.constants.get(&field).cloned();
        let (Some(from), Some(columns)) = (self.from(field), self.plan.columns.get(&field)) else {
            return constant();
        };
        let filled: Vec<_> = columns
            .iter()
            .filter_map(|column| self.row.cells.get(*column))
            .map(|cell| readable(cell, field))
            .filter(|cell| !cell.is_empty() && !self.plan.mapping.blank.contains(cell))
            .collect();
        if filled.is_empty() {
            return constant();
        }
        Some(filled.join(&from.separator))
    }

    fn from(&self, field: Field) -> Option<&From> {
        self.plan.mapping.fields.get(&field)
    }

    /// What people call the field: the titles of its columns.
    fn label(&self, field: Field) -> String {
        let columns = self.from(field).map(|from| from.columns.join("、"));
        columns.unwrap_or_else(|| format!("{field:?}"))
    }

    fn missing(&self, field: Field) -> Problem {
        format!("「{}」为空；请填写后再导入。", self.label(field))
    }

    fn optional(&self, field: Field, max_chars: usize) -> Result<Option<String>, Problem> {
        let Some(text) = self.text(field) else {
            return Ok(None);
        };
        if plain::is_error(&text) {
            let label = self.label(field);
            return Err(format!("「{label}」的值「{text}」{}。", plain::ERROR));
        }
        let chars = text.chars().count();
        if chars > max_chars {
            let label = self.label(field);
            return Err(format!(
                "「{label}」有 {chars} 个字，超过上限 {max_chars} 个；请缩短后再导入。"
            ));
        }
        Ok(Some(text))
    }

    fn required(&self, field: Field, max_chars: usize) -> Result<String, Problem> {
        self.optional(field, max_chars)?
            .ok_or_else(|| self.missing(field))
    }

    fn number(&self) -> Result<String, Problem> {
        // As it would be kept: full-width characters do not hide damage.
        let number = plain::number(&self.required(Field::UpstreamNo, MAX_NUMBER_CHARS)?);
        let label = self.label(Field::UpstreamNo);
        if let Some(damage) = plain::damage(&number) {
            let value = quoted(&number);
            return Err(format!("「{label}」的值「{value}」{damage}。"));
        }
        if number.chars().any(char::is_whitespace) {
            return Err(format!("「{label}」中间有空格或换行；请去掉后再导入。"));
        }
        Ok(number)
    }

    fn time(&self, field: Field, edge: DayEdge) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = self.text(field) else {
            return Ok(None);
        };
        let time = self.plan.times.read(&text, edge);
        time.map(Some).ok_or_else(|| {
            let (label, value) = (self.label(field), quoted(&text));
            format!(
                "「{label}」的值「{value}」不是能识别的时间；请写成 2026-11-24 09:30 这样的格式。"
            )
        })
    }

    fn word<W>(&self, field: Field, parse: fn(&str) -> Option<W>) -> Result<Option<W>, Problem> {
        let Some(text) = self.text(field) else {
            return Ok(None);
        };
        let from = self.from(field);
        let word = from.and_then(|from| from.meaning(&text)).unwrap_or(&text);
        if let Some(word) = parse(word) {
            return Ok(Some(word));
        }
        let known = from.map(From::recommended).unwrap_or_default().join("、");
        let (label, value) = (self.label(field), quoted(&text));
        Err(format!(
            "「{label}」的值「{value}」认不出；请改为：{known}。"
        ))
    }

    /// The number is not quoted back: refusals are shown to people who may not see it.
    fn phone(&self) -> Result<Option<String>, Problem> {
        let Some(text) = self.text(Field::Phone) else {
            return Ok(None);
        };
        let label = self.label(Field::Phone);
        let seen = plain::seen(&text);
        let digits = seen.chars().filter(char::is_ascii_digit).count();
        if plain::is_scientific(&seen) {
            return Err(format!(
                "「{label}」被表格软件改成了科学计数；请把这一列设为“文本”格式后重新填写。"
            ));
        }
        if digits < MIN_PHONE_DIGITS || text.chars().count() > MAX_PHONE_CHARS {
            return Err(format!(
                "「{label}」不像电话号码；请填 11 位手机号或带区号的座机，没有就留空。"
            ));
        }
        Ok(Some(text))
    }
}

/// A bad value as far as it may be shown: short, and without numbers of people.
fn quoted(text: &str) -> String {
    let masked = mask::text(text);
    let mut shown: String = masked.chars().take(QUOTED_CHARS).collect();
    if masked.chars().nth(QUOTED_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

/// Without markup, and without control characters, which no field shows and PostgreSQL partly refuses.
fn readable(text: &str, field: Field) -> String {
    let plain = markup::plain(text);
    let keep = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let kept: String = plain.chars().filter(keep).collect();
    let has_lines = matches!(field, Field::Description | Field::Reply);
    match plain {
        // Its paragraphs are lines only where there are lines.
        Cow::Owned(_) if !has_lines => kept.replace('\n', " "),
        Cow::Borrowed(_) | Cow::Owned(_) => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: [&str; 9] = [
        "工单编号",
        "诉求类型",
        "标题",
        "内容",
        "派发时间",
        "办理时限",
        "诉求人",
        "联系电话",
        "紧急程度",
    ];
    const GOOD: [&str; 9] = [
        "A-1",
        "投诉",
        "楼道堆物",
        "二单元楼道堆放杂物",
        "2026-11-24 09:30",
        "2026-11-27",
        "张某某",
        "13800005678",
        "紧急",
    ];

    fn draft(cells: [&str; 9]) -> Result<Draft, Refused> {
        let office = Mapping::parse(include_str!("../mappings/office.toml")).unwrap();
        let plan = Plan::bind(office, &HEADER.map(str::to_owned)).unwrap();
        let cells = cells.map(str::to_owned).to_vec();
        plan.draft(&Row { line: 7, cells })
    }

    fn with(column: &str, value: &'static str) -> [&'static str; 9] {
        let mut cells = GOOD;
        cells[HEADER.iter().position(|title| *title == column).unwrap()] = value;
        cells
    }

    fn reason(column: &str, value: &'static str) -> String {
        let refused = draft(with(column, value)).unwrap_err();
        assert_eq!(refused.line, 7);
        refused.reason
    }

    #[test]
    fn a_row_of_the_template_becomes_a_ticket() {
        let draft = draft(GOOD).unwrap();
        assert_eq!(draft.request_kind, Some(RequestKind::Complaint));
        assert_eq!(draft.urgency, Some(Urgency::Urgent));
        assert_eq!(draft.requester_type, None);
        let hours = draft.due_at.unwrap().millis_since(draft.dispatched_at) / 3_600_000;
        assert_eq!(
            hours,
            3 * 24 + 14,
            "a date as deadline lasts until the end of the day"
        );
    }

    #[test]
    fn a_blank_optional_cell_is_no_value() {
        for blank in ["", "-", "无", "匿名"] {
            let draft = draft(with("诉求人", blank)).unwrap();
            assert_eq!(draft.requester, None);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_the_column_and_what_to_do() {
        for (column, value, says) in [
            ("工单编号", "", "「工单编号」为空；请填写"),
            (
                "工单编号",
                "3.70105E+17",
                "「3.70105E+17」被表格软件改成了科学计数",
            ),
            ("工单编号", "########", "只显示为 ####"),
            ("工单编号", "#N/A", "表格的出错值"),
            ("工单编号", "NULL", "“空值”的写法"),
            ("工单编号", "ＮＵＬＬ", "“空值”的写法"),
            (
                "工单编号",
                "2.02\u{200b}611Ｅ+17",
                "被表格软件改成了科学计数",
            ),
            ("工单编号", "A 1", "「工单编号」中间有空格"),
            ("标题", "-", "「标题」为空"),
            ("内容", "#REF!", "「内容」的值「#REF!」是表格的出错值"),
            ("内容", "", "「内容」为空"),
            ("派发时间", "", "「派发时间」为空"),
            (
                "派发时间",
                "昨天",
                "「派发时间」的值「昨天」不是能识别的时间；请写成",
            ),
            ("办理时限", "2026-11-01", "「办理时限」早于「派发时间」"),
            ("办理时限", "5个工作日", "「办理时限」的值「5个工作日」"),
            ("诉求类型", "吐槽", "「吐槽」认不出；请改为："),
            ("紧急程度", "马上", "请改为：一般、紧急、特急。"),
            ("联系电话", "打过来", "「联系电话」不像电话号码"),
            (
                "联系电话",
                "1.38E+10",
                "「联系电话」被表格软件改成了科学计数",
            ),
        ] {
            let reason = reason(column, value);
            assert!(reason.contains(says), "{column} {value}: {reason}");
        }
    }

    #[test]
    fn what_looks_like_a_word_or_a_number_is_one() {
        let urgent = draft(with("紧急程度", "紧\u{200b}急")).unwrap();
        assert_eq!(urgent.urgency, Some(Urgency::Urgent));
        let phone = draft(with("联系电话", "１３８００００５６７８")).unwrap();
        assert_eq!(phone.phone.as_deref(), Some("１３８００００５６７８"));
    }

    #[test]
    fn markup_is_no_part_of_a_text() {
        let draft = draft(with("内容", "<p>一</p><p>A&amp;B<br>三</p>")).unwrap();
        assert_eq!(draft.description, "一\nA&B\n三");
        assert_eq!(readable("<p>一</p><p>二</p>", Field::Title), "一 二");
        assert!(reason("标题", "<p>&nbsp;</p>").contains("「标题」为空"));
    }

    #[test]
    fn a_phone_number_in_the_wrong_column_is_not_quoted_back() {
        assert!(!reason("诉求类型", "13800005678").contains("13800005678"));
    }
}
