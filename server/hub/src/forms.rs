//! Forms of records for the office.

pub(crate) mod answers;
pub(crate) mod check;
pub(crate) mod list;
pub(crate) mod write;
pub(crate) mod xlsform;

pub(crate) use check::check;
pub(crate) use list::list;
pub(crate) use write::write;

use serde::Deserialize;
use store::Tx;
use sync_core::Role;
use sync_core::form::{self, Form, FormName, FormRefused, GENERAL};

use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Who may write forms.
fn may_write(user: &CurrentUser) -> Result<(), ApiError> {
    if matches!(user.role, Role::Leader | Role::OfficeReviewer) {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "role_not_allowed",
        "您的角色不能修改表单；请联系街道热线办或分管领导。",
    ))
}

/// A form as somebody writes it: as a text, or as data.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewForm {
    /// As docs/FORMS.md shows it; its version is the next one of its form.
    text: Option<String>,
    /// The same as data, as `GET /v1/forms` tells forms; counts where there is no text.
    #[schema(value_type = Option<Object>)]
    form: Option<Form>,
}

/// Why a text or data is no form, and where.
struct Refusal {
    line: u32,
    why: String,
    /// The question below which the line stands.
    question: Option<String>,
}

impl NewForm {
    /// Reads the form. Data is written down and read again: what is no form as a text is none.
    fn read(self) -> Result<Form, Refusal> {
        let (text, given) = match (self.text, self.form) {
            (Some(text), _) => (text, None),
            (None, Some(form)) => (form.to_string(), Some(form)),
            (None, None) => (String::new(), None),
        };
        let refused = |line: u32, why: String| {
            let above = text.lines().take(usize::try_from(line).unwrap_or(0));
            let questions = above.filter_map(|line| line.trim().strip_prefix("题目 "));
            let last = questions.last();
            Refusal {
                line,
                why,
                question: last
                    .and_then(|rest| rest.split(' ').next())
                    .map(str::to_owned),
            }
        };
        let form = Form::parse(text.as_bytes())
            .map_err(|FormRefused { line, why }| refused(line, why.to_string()))?;
        if let Some(why) = refusal(&form) {
            return Err(refused(1, why.to_owned()));
        }
        if given.is_some_and(|given| given != form) {
            let why = "文字里不能有换行、“|”或“#”，两头不能有空格；请改掉再保存。";
            return Err(refused(1, why.to_owned()));
        }
        Ok(form)
    }
}

/// Why a form cannot be one of the office's, beside what its reader says.
fn refusal(form: &Form) -> Option<&'static str> {
    (form.id == GENERAL && !(form.applies.is_empty() && form.requesters.is_empty() && form.roles.is_empty())).then_some(
        "通用表单用于没有别的表单的工单，不能写“适用”“诉求人”或“角色”；请删去这些行，或换一个代号。",
    )
}

/// The number of the next version.
fn next_version(known: &[Form], id: &str) -> u32 {
    let versions = known.iter().filter(|known| known.id == id);
    let newest = versions.map(|known| known.version).max();
    newest.unwrap_or(0).saturating_add(1)
}

async fn load_version(
    user: &CurrentUser,
    (id, version): (String, u32),
    tx: &mut Tx,
) -> Result<Form, ApiError> {
    let known = tx.load_forms(user.tenant).await?;
    let found = form::find(&known, &FormName { id, version });
    found
        .cloned()
        .ok_or_else(|| ApiError::not_found("没有这个表单，或没有这一版；请刷新列表。"))
}
