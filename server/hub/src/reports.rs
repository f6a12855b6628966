//! What the public reports by a printed card's code, without an account: taken in, looked up again by a query code. Answers say
//! state and the answer that went out, never who reported or who works on it.

pub(crate) mod cards;
pub(crate) mod create;
pub(crate) mod photo;
pub(crate) mod sheet;
pub(crate) mod show;

use basis::Keys;
use store::cards::Card;
use sync_core::Id;

use crate::error::ApiError;

/// Digits of a query code: with so few questions a minute nobody guesses one of a million millions.
const CODE_DIGITS: usize = 12;

/// The query code of a report: made from its id with the hub's key, so that a report that is sent again has the same one.
fn code_of(report: Id, keys: &Keys) -> String {
    let tag = keys.tag("report-code", &report.bytes());
    let digit = |byte: &u8| char::from(b'0' + byte % 10);
    tag.iter().take(CODE_DIGITS).map(digit).collect()
}

/// What stands in the database in the place of a code; `None` if the text is none. Blanks between groups do not count.
fn hash_of(code: &str, keys: &Keys) -> Option<Vec<u8>> {
    let digits: String = code
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    let is_code = digits.len() == CODE_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| keys.tag("report", digits.as_bytes()).to_vec())
}

fn no_such_report() -> ApiError {
    ApiError::not_found("没有这个查询码的上报；请对照提交时给的 12 位数字再输一遍。")
}

fn no_such_card() -> ApiError {
    ApiError::not_found("没有这张卡片；请拨打街道热线反映，或扫现在张贴的二维码。")
}

/// The card, if reports by it are taken.
fn in_use(card: Option<Card>) -> Result<Card, ApiError> {
    let card = card.ok_or_else(no_such_card)?;
    if card.active {
        return Ok(card);
    }
    Err(ApiError::not_found_because(
        "card_out_of_use",
        "这张卡片已经停用，扫它不能再反映问题；请拨打街道热线，或扫现在张贴的二维码。以前反映的，仍可在下面查询。",
    ))
}
