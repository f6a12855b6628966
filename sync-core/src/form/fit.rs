//! Which form a record has.

use std::collections::BTreeMap;

use super::{Filled, Form, FormName, GENERAL, Requester};
use crate::role::Role;

/// The form that fits a ticket of this category and of who asks for this role: the one that is for the closest class, then
/// one that is for whoever asks; of several the one that names the role, of these the first by its id; [`GENERAL`] if none is
/// for it. Of each form the newest version counts.
///
/// `None` only where there is no general form.
pub fn fitting<'a>(
    forms: &'a [Form],
    category: &[String],
    requester: Option<Requester>,
    role: Role,
) -> Option<&'a Form> {
    let mut newest: BTreeMap<&str, &Form> = BTreeMap::new();
    for form in forms {
        let known = newest.entry(&form.id).or_insert(form);
        if known.version < form.version {
            *known = form;
        }
    }
    let general = newest.get(GENERAL).copied();
    let mut best: Option<((usize, bool), &Form)> = None;
    for form in newest.into_values() {
        let named = form.roles.contains(&role);
        let near = closeness(form, category, requester).filter(|_| named || form.roles.is_empty());
        if let Some(near) = near.filter(|near| best.is_none_or(|(known, _)| known < (*near, named)))
        {
            best = Some(((near, named), form));
        }
    }
    best.map(|(_, form)| form).or(general)
}

/// How many levels of the category the form names, none if it is for whoever asks alone; `None` if it is for others.
fn closeness(form: &Form, category: &[String], requester: Option<Requester>) -> Option<usize> {
    let levels = category.iter().filter(|level| !level.is_empty()).count();
    let fits = |path: &&Vec<String>| {
        path.len() <= levels && path.iter().zip(category).all(|(one, other)| one == other)
    };
    let near = form.applies.iter().filter(fits).map(Vec::len).max();
    near.or_else(|| form.requesters.contains(&requester?).then_some(0))
}

/// The version of a form that a record names.
pub fn find<'a>(forms: &'a [Form], name: &FormName) -> Option<&'a Form> {
    forms
        .iter()
        .find(|form| form.id == name.id && form.version == name.version)
}

/// The form by which a record is completed, and whether it is the one that the record names. Without a name, and with one
/// that is not known here, it is the first general form, by which records were completed before there were others.
///
/// `None` only where there is no general form.
pub fn in_force<'a>(forms: &'a [Form], filled: &Filled) -> Option<(&'a Form, bool)> {
    let named = filled.form().and_then(|name| find(forms, &name));
    if let Some(form) = named {
        return Some((form, true));
    }
    let first = FormName {
        id: GENERAL.to_owned(),
        version: 1,
    };
    find(forms, &first).map(|form| (form, false))
}
