//! The forms that this phone knows: those of the app, and beside them what the office has written.

use serde::Serialize;

use super::{Replica, ReplicaError, Slot};
use crate::edit::{Edit, EditError};
use crate::form::{Filled, Form, FormName, Label, Requester, Sheet, fitting, is_incomplete};
use crate::ids::Id;
use crate::kinds::Kind;
use crate::kinds::visit::filled;
use crate::lifecycle::Mark;
use crate::record::Record;
use crate::role::Role;

/// A record as its form sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FormView {
    /// What there is to show.
    #[serde(flatten)]
    pub sheet: Sheet,
    /// The form that fits its ticket by now, where that is another one or a newer version.
    pub fits: Option<Fits>,
}

/// A form to go over to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fits {
    /// As a record names it.
    pub name: String,
    /// What people call it.
    pub title: Label,
}

impl Replica {
    /// The form that a visit of this ticket begins with on this phone.
    pub fn fitting_form(&self, ticket: Id) -> Option<FormName> {
        self.fitting(ticket).map(Form::name)
    }

    /// A visit as its form sees it; `None` for a record of another kind.
    ///
    /// # Errors
    /// If it is unknown or damaged.
    pub fn form(&mut self, doc: Id) -> Result<Option<FormView>, ReplicaError> {
        let slot = self.documents.get_mut(&doc).ok_or(ReplicaError::Unknown)?;
        if slot.kind() != Some(Kind::VISIT) {
            return Ok(None);
        }
        let recorded = slot.filled()?;
        let shown = slot.shown()?.without_marks().record;
        let ticket = slot.facts.ticket;
        let sheet = Sheet::of(&self.forms, &recorded, &filled(&shown), &shown);
        Ok(sheet.map(|sheet| {
            let fits = self.fitting(ticket).filter(|form| {
                // A record from before there were forms goes on as it was begun.
                sheet.named && form.name().to_string() != sheet.name
            });
            FormView {
                fits: fits.map(|form| Fits {
                    name: form.name().to_string(),
                    title: form.title.clone(),
                }),
                sheet,
            }
        }))
    }

    fn fitting(&self, ticket: Id) -> Option<&Form> {
        let role = self
            .session()
            .map_or(Role::GridWorker, |session| session.role);
        let stored = self.tickets.get(&ticket);
        let category = stored.map_or(&[][..], |stored| &stored.record.category[..]);
        let requester = stored.and_then(|stored| Requester::parse(&stored.record.requester_type));
        fitting(&self.forms, category, requester, role)
    }
}

/// Whether a gesture may be made by the record's form: a record that lacks something is not submitted.
pub(super) fn may(
    forms: &[Form],
    edit: &Edit,
    record: impl FnOnce() -> Result<Filled, ReplicaError>,
) -> Result<(), ReplicaError> {
    let is_submit = matches!(edit, Edit::Mark { kind, .. } if kind == Mark::Submit.as_str());
    if is_submit && is_incomplete(forms, &record()?) {
        return Err(EditError::RecordIncomplete.into());
    }
    Ok(())
}

impl Slot {
    /// What the record has filled in; nothing for a kind without forms.
    pub(super) fn filled(&mut self) -> Result<Filled, ReplicaError> {
        if self.kind() != Some(Kind::VISIT) {
            return Ok(Filled::default());
        }
        Ok(filled(&Record::of(self.load()?)))
    }
}
