//! The text of one ticket as somebody copied it from a page, a message or a sheet: which words are which field.
//!
//! Platforms show a ticket as labels with values. However these are set apart (`工单编号：…`, `【工单编号】…`, a label and its
//! value in two cells or two lines, a row of titles above a row of values), a label is a known word at the start of a piece
//! of text with a sign behind it, and its value reaches to the next label. Of two labels for one field the first counts, so
//! that `联系电话：` inside the request's own words stays there.

mod labels;
mod pieces;

use serde::{Deserialize, Serialize};
use store::tickets::{RequestKind, RequesterType, Urgency};
use sync_core::Timestamp;

use super::mapping::{Field, Mapping, MappingError};
use super::times::{DayEdge, TimeReader};
use super::{markup, plain};
use pieces::{Piece, split};

/// Longest text that is read: one ticket with a long history.
pub const MAX_CHARS: usize = 20_000;
/// A title that nobody wrote is the beginning of the request.
const TITLE_CHARS: usize = 30;
const MIN_PHONE_DIGITS: usize = 5;
const MAX_LINE_CHARS: usize = 200;
const MAX_NUMBER_CHARS: usize = 64;
/// How much of a bad value is quoted back.
const QUOTED_CHARS: usize = 20;

/// A field that a pasted text can fill.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PastedField {
    /// Where it is about.
    Address,
    /// Large class.
    CategoryL1,
    /// Middle class.
    CategoryL2,
    /// Small class.
    CategoryL3,
    /// How the request reached the hotline.
    Channel,
    /// The community.
    Community,
    /// The request.
    Description,
    /// When the upper level passed it on; unix milliseconds.
    DispatchedAt,
    /// When it must be done; unix milliseconds.
    DueAt,
    /// How to reach the requester.
    Phone,
    /// What the requester wants; a word of `RequestKind`.
    RequestKind,
    /// The requester's name.
    Requester,
    /// Who asks; a word of `RequesterType`.
    RequesterType,
    /// One line.
    Title,
    /// The handling unit as the source words it.
    UnitText,
    /// The number of the upper level.
    UpstreamNo,
    /// How much it hurries; a word of `Urgency`.
    Urgency,
}

/// One field that was recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Recognised {
    /// Which one.
    pub field: PastedField,
    /// Its value, as the form takes it: words and times as Warmline writes them. `None` where the words cannot be read.
    pub value: Option<String>,
    /// The words of the text that it comes from, the label among them.
    pub words: String,
    /// What is wrong with them, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What a pasted text says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Pasted {
    /// Each field once, in the order of the text.
    pub fields: Vec<Recognised>,
    /// What belongs to no field, as it stands; empty if nothing is left.
    pub rest: String,
}

/// Why a text is no ticket; says what to do.
#[derive(Debug, thiserror::Error)]
pub enum PasteError {
    /// There is nothing in it.
    #[error("没有粘贴到文字；请先在平台页面上选中整件工单并复制，再到这里粘贴。")]
    Empty,
    /// It is longer than one ticket.
    #[error("粘贴的文字超过 {MAX_CHARS} 字；请只复制一件工单，多件请用“导入工单”。")]
    TooLong,
    /// No label is known.
    #[error(
        "没有认出任何栏目；请连同“工单编号：”“诉求内容：”这样的栏目名一起复制，或直接在表里手工填写，粘贴的文字会保留。"
    )]
    NothingRecognised,
    /// Several tickets.
    #[error("粘贴的文字里有 {0} 件工单；请一次只粘贴一件，多件请用“导入工单”。")]
    Several(usize),
    /// The list of words cannot be read; part of the program.
    #[error(transparent)]
    Mapping(#[from] MappingError),
}

/// Recognises the fields of one ticket.
///
/// # Errors
/// If there is nothing to recognise; the sentence says what to do. The text is the caller's to keep.
pub fn recognise(text: &str) -> Result<Pasted, PasteError> {
    if text.chars().count() > MAX_CHARS {
        return Err(PasteError::TooLong);
    }
    let text = markup::plain(text);
    let text: String = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    if text.trim_matches(plain::is_blank).is_empty() {
        return Err(PasteError::Empty);
    }
    let found = split(&text);
    if let Some(rows) = found.more_rows {
        return Err(PasteError::Several(rows));
    }
    if found.pieces.is_empty() {
        return Err(PasteError::NothingRecognised);
    }
    let office = office()?;
    let times = office.time_reader().map_err(MappingError::Content)?;
    let reader = Reader {
        office: &office,
        times,
    };
    let mut fields: Vec<_> = found
        .pieces
        .iter()
        .filter_map(|piece| reader.read(piece))
        .collect();
    if fields.is_empty() {
        return Err(PasteError::NothingRecognised);
    }
    let rest = fill_in(&mut fields, found.rest);
    Ok(Pasted { fields, rest })
}

/// The office's own words for kinds, subjects and urgency, and its ways to write times.
fn office() -> Result<Mapping, MappingError> {
    let mappings = Mapping::embedded()?;
    mappings
        .into_iter()
        .find(|mapping| mapping.name == "office")
        .ok_or_else(|| MappingError::Content("office".to_owned()))
}

/// Where no label says which is the request, what belongs to no field is; its beginning is the title. Gives what is left.
fn fill_in(fields: &mut Vec<Recognised>, rest: String) -> String {
    let has = |fields: &[Recognised], wanted| fields.iter().any(|one| one.field == wanted);
    let mut left = rest;
    if !has(fields, PastedField::Description) && !left.is_empty() {
        let text = std::mem::take(&mut left);
        fields.push(Recognised {
            field: PastedField::Description,
            value: Some(text.clone()),
            words: text,
            problem: None,
        });
    }
    if !has(fields, PastedField::Title) {
        let description = fields
            .iter()
            .find(|one| one.field == PastedField::Description);
        let title = description
            .and_then(|one| one.value.as_deref())
            .map(beginning);
        if let Some(title) = title.filter(|title| !title.is_empty()) {
            fields.push(Recognised {
                field: PastedField::Title,
                value: Some(title.clone()),
                words: title,
                problem: None,
            });
        }
    }
    left
}

/// The first sentence of a request, as far as a title goes.
pub fn beginning(text: &str) -> String {
    let text = text.trim_matches(plain::is_blank);
    let end = text
        .find(['。', '！', '？', '；', '\n'])
        .unwrap_or(text.len());
    let first = text.get(..end).unwrap_or(text);
    let title: String = first.chars().take(TITLE_CHARS).collect();
    if title.len() == first.len() {
        return title;
    }
    // Not in the middle of a clause, if it has several.
    let clause = title
        .rfind(['，', ',', ' '])
        .and_then(|end| title.get(..end));
    clause
        .map(str::to_owned)
        .filter(|clause| !clause.is_empty())
        .unwrap_or(title)
}

struct Reader<'a> {
    office: &'a Mapping,
    times: TimeReader,
}

impl Reader<'_> {
    /// `None` where the value is blank: a label without a value says nothing.
    fn read(&self, piece: &Piece<'_>) -> Option<Recognised> {
        let text = trimmed(piece.value);
        let is_blank = text.is_empty() || self.office.blank.iter().any(|blank| blank == text);
        if is_blank {
            return None;
        }
        let value = self.value(piece, text);
        let (value, problem) = match value {
            Ok(value) => (Some(value), None),
            Err(problem) => (None, Some(problem)),
        };
        Some(Recognised {
            field: piece.field,
            value,
            words: piece.words.trim_matches(plain::is_blank).to_owned(),
            problem,
        })
    }

    fn value(&self, piece: &Piece<'_>, text: &str) -> Result<String, String> {
        let label = piece.label;
        match piece.field {
            PastedField::Description => Ok(text.to_owned()),
            PastedField::DispatchedAt => self.time(label, text, DayEdge::Start),
            PastedField::DueAt => self.time(label, text, DayEdge::End),
            PastedField::RequestKind => self.word(label, text, Field::RequestKind, |word| {
                RequestKind::parse(word).is_some()
            }),
            PastedField::RequesterType => self.word(label, text, Field::RequesterType, |word| {
                RequesterType::parse(word).is_some()
            }),
            PastedField::Urgency => self.word(label, text, Field::Urgency, |word| {
                Urgency::parse(word).is_some()
            }),
            PastedField::Phone => phone(label, text),
            PastedField::UpstreamNo => number(label, text),
            PastedField::Address
            | PastedField::CategoryL1
            | PastedField::CategoryL2
            | PastedField::CategoryL3
            | PastedField::Channel
            | PastedField::Community
            | PastedField::Requester
            | PastedField::Title
            | PastedField::UnitText => line(label, text),
        }
    }

    fn time(&self, label: &str, text: &str, edge: DayEdge) -> Result<String, String> {
        let at: Option<Timestamp> = self.times.read(text, edge);
        at.map(|at| at.millis().to_string()).ok_or_else(|| {
            let text = quoted(text);
            format!(
                "「{label}」的值「{text}」不是能识别的时间；请改成 2026-11-24 09:30 这样的写法。"
            )
        })
    }

    fn word(
        &self,
        label: &str,
        text: &str,
        field: Field,
        is_known: fn(&str) -> bool,
    ) -> Result<String, String> {
        let from = self.office.fields.get(&field);
        let word = from.and_then(|from| from.meaning(text)).unwrap_or(text);
        if is_known(word) {
            return Ok(word.to_owned());
        }
        let known = from
            .map(super::mapping::From::recommended)
            .unwrap_or_default();
        let (text, known) = (quoted(text), known.join("、"));
        Err(format!("「{label}」的值「{text}」认不出；请选：{known}。"))
    }
}

fn phone(label: &str, text: &str) -> Result<String, String> {
    let seen = plain::seen(text);
    let digits = seen.chars().filter(char::is_ascii_digit).count();
    if digits < MIN_PHONE_DIGITS || seen.chars().count() > MAX_LINE_CHARS {
        return Err(format!(
            "「{label}」不像电话号码；请填 11 位手机号或带区号的座机，没有就留空。"
        ));
    }
    Ok(super::phone::tidy(&seen))
}

fn number(label: &str, text: &str) -> Result<String, String> {
    let number = plain::number(text);
    if let Some(damage) = plain::damage(&number) {
        return Err(format!("「{label}」{damage}。"));
    }
    if number.chars().any(plain::is_blank) || number.chars().count() > MAX_NUMBER_CHARS {
        let text = quoted(text);
        return Err(format!(
            "「{label}」的值「{text}」不像编号；请对照平台页面改正。"
        ));
    }
    Ok(number)
}

fn line(label: &str, text: &str) -> Result<String, String> {
    let text = text.replace(['\n', '\t'], " ");
    if text.chars().count() > MAX_LINE_CHARS {
        return Err(format!(
            "「{label}」超过 {MAX_LINE_CHARS} 字；请缩短后填写。"
        ));
    }
    Ok(text)
}

/// Without what sets values apart.
fn trimmed(text: &str) -> &str {
    let apart = |c: char| plain::is_blank(c) || matches!(c, '|' | '｜' | '；' | ';');
    text.trim_matches(apart)
}

fn quoted(text: &str) -> String {
    let masked = basis::mask::text(text);
    let mut shown: String = masked.chars().take(QUOTED_CHARS).collect();
    if masked.chars().nth(QUOTED_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Pasted {
        recognise(text).unwrap()
    }

    fn value(pasted: &Pasted, field: PastedField) -> &str {
        let found = pasted.fields.iter().find(|one| one.field == field);
        found
            .and_then(|one| one.value.as_deref())
            .unwrap_or("nothing")
    }

    /// What every shape of the same ticket says.
    fn says_the_ticket(text: &str) {
        let pasted = read(text);
        let value = |field| value(&pasted, field);
        assert_eq!(value(PastedField::UpstreamNo), "2026112400123", "{text}");
        assert_eq!(value(PastedField::Requester), "张某某", "{text}");
        assert_eq!(value(PastedField::Phone), "13800005678", "{text}");
        assert_eq!(value(PastedField::Address), "黄台南路69号院", "{text}");
        // 2026-11-27 17:30 in China.
        assert_eq!(value(PastedField::DueAt), "1795771800000", "{text}");
        assert_eq!(value(PastedField::RequestKind), "complaint", "{text}");
        assert_eq!(
            value(PastedField::Description),
            "二单元楼道堆放杂物，联系电话：13900001111，多次反映没有解决。",
            "{text}"
        );
        assert_eq!(
            value(PastedField::Title),
            "二单元楼道堆放杂物，联系电话：13900001111",
            "{text}"
        );
    }

    #[test]
    fn one_ticket_is_read_in_each_shape_in_which_people_copy_it() {
        const CONTENT: &str = "二单元楼道堆放杂物，联系电话：13900001111，多次反映没有解决。";
        for text in [
            format!(
                "工单编号：2026112400123\n来电人：张某某\n联系电话：13800005678\n诉求类型：投诉\n诉求地址：黄台南路69号院\n\
                办理时限：2026-11-27 17:30\n诉求内容：{CONTENT}"
            ),
            format!(
                "【工单编号】2026112400123【来电人】张某某【联系电话】13800005678【诉求类型】投诉【诉求地址】黄台南路69号院\
                【办理时限】2026年11月27日17:30【诉求内容】{CONTENT}"
            ),
            format!(
                "工单编号\n2026112400123\n来电人\n张某某\n联系电话\n138 0000 5678\n诉求类型\n投诉\n事发地址\n黄台南路69号院\n\
                截止时间\n2026/11/27 17:30\n诉求内容\n{CONTENT}"
            ),
            format!(
                "工单编号\t2026112400123\t来 电 人\t张某某\n联系电话\t13800005678\t诉求类型\t投诉\n\
                地址\t黄台南路69号院\t办理时限\t2026-11-27 17:30:00\n诉求内容\t{CONTENT}"
            ),
            format!(
                "工单编号\t来电人\t联系电话\t诉求类型\t地址\t办理时限\t内容\n\
                2026112400123\t张某某\t13800005678\t投诉\t黄台南路69号院\t2026-11-27 17:30\t{CONTENT}"
            ),
            format!(
                "工单编号:2026112400123 诉求人:张某某 联系方式:13800005678 诉求性质:投诉 地点:黄台南路69号院 \
                处理时限:2026-11-27 17:30 反映内容:{CONTENT}"
            ),
            format!(
                "1.工单号：2026112400123；\r\n2.诉求人：张某某；\r\n3.电话：１３８００００５６７８；\r\n4.性质：投诉；\r\n\
                5.地址：黄台南路69号院；\r\n6.办结时限：2026-11-27 下午5:30；\r\n7.诉求内容：{CONTENT}"
            ),
        ] {
            says_the_ticket(&text);
        }
    }

    #[test]
    fn each_value_shows_the_words_it_comes_from() {
        let pasted = read("来 电 人： 张某某\n紧急程度：特急");
        let words: Vec<_> = pasted.fields.iter().map(|one| one.words.as_str()).collect();
        assert_eq!(words, ["来 电 人： 张某某", "紧急程度：特急"]);
    }

    #[test]
    fn what_belongs_to_no_field_is_kept() {
        let pasted =
            read("王主任你好，转一件急的\n工单编号：A-1\n诉求内容：楼道堆物\n来电人：匿名");
        assert_eq!(pasted.rest, "王主任你好，转一件急的");
        assert_eq!(value(&pasted, PastedField::Requester), "nothing");
        // Without a label for the request, what is left is the request.
        let pasted = read("楼上夜间施工，吵得睡不着。请处理\n联系电话：13800005678");
        assert_eq!(
            value(&pasted, PastedField::Description),
            "楼上夜间施工，吵得睡不着。请处理"
        );
        assert_eq!(
            (value(&pasted, PastedField::Title), &*pasted.rest),
            ("楼上夜间施工，吵得睡不着", "")
        );
    }

    #[test]
    fn a_value_that_cannot_be_read_says_what_to_do_and_hides_numbers_of_people() {
        let pasted =
            read("办理时限：5个工作日\n诉求类型：吐槽13800005678\n联系电话：打过来\n工单编号：A 1");
        let problem = |field| {
            let found = pasted.fields.iter().find(|one| one.field == field).unwrap();
            assert_eq!(found.value, None);
            found.problem.clone().unwrap()
        };
        assert!(problem(PastedField::DueAt).contains("请改成 2026-11-24 09:30 这样的写法"));
        assert!(problem(PastedField::RequestKind).contains("请选：投诉、咨询"));
        assert!(!problem(PastedField::RequestKind).contains("13800005678"));
        assert!(problem(PastedField::Phone).contains("请填 11 位手机号"));
        assert!(problem(PastedField::UpstreamNo).contains("请对照平台页面改正"));
    }

    #[test]
    fn a_text_that_is_no_ticket_is_refused_with_what_to_do() {
        let refused = |text: &str| recognise(text).unwrap_err().to_string();
        assert!(refused(" \n\t").contains("请先在平台页面上选中整件工单"));
        assert!(refused("今天天气很好，联系群众也很顺利").contains("没有认出任何栏目；请连同"));
        assert!(refused("来电人：匿名").contains("没有认出任何栏目"));
        assert!(refused(&"长".repeat(MAX_CHARS + 1)).contains("请只复制一件工单"));
        let two = "工单编号\t来电人\nA-1\t张某某\nA-2\t李某某";
        assert!(refused(two).contains("有 2 件工单；请一次只粘贴一件"));
    }
}
