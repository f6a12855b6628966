//! A phone and the forms of its visits.

use sync_core::Id;
use sync_core::edit::Edit;
use sync_core::replica::{FormView, ReplicaError};
use sync_core::value::Value;

use super::Phone;

impl Phone {
    /// Answers a question of a form.
    pub fn answer(&mut self, doc: Id, question: &str, part: &str, value: Value) {
        let edit = Edit::Answer {
            question: question.to_owned(),
            part: part.to_owned(),
            value,
        };
        self.edit(doc, &edit);
    }

    /// A visit as its form sees it.
    pub fn form(&mut self, doc: Id) -> FormView {
        let form = self.replica.form(doc).expect("the phone has the visit");
        form.expect("a visit has a form")
    }

    /// Marks the visit, or says why not.
    pub fn try_mark(&mut self, doc: Id, kind: &str) -> Result<(), ReplicaError> {
        let mark = self.mark_of(kind, self.caller.person);
        self.try_edit(doc, &mark)
    }

    /// A mark of the workflow.
    pub(super) fn mark_of(&self, kind: &str, by: Id) -> Edit {
        Edit::Mark {
            id: self.fresh_id(),
            kind: kind.to_owned(),
            by,
            remark: String::new(),
            answers: 0,
        }
    }
}
