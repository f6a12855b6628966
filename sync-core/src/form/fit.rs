//! Which form a record has.

use std::collections::BTreeMap;

use super::{Filled, Form, FormName, GENERAL};
use crate::role::Role;

/// The form that fits a ticket of this category for this role: the one that is for the closest class, of several the one
/// that names the role, of these the first by its id; [`GENERAL`] if none is for it. Of each form the newest version counts.
///
/// `None` only where there is no general form.
pub fn fitting<'a>(forms: &'a [Form], category: &[String], role: Role) -> Option<&'a Form> {
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
        let near = closeness(form, category).filter(|_| named || form.roles.is_empty());
        if let Some(near) = near.filter(|near| best.is_none_or(|(known, _)| known < (*near, named)))
        {
            best = Some(((near, named), form));
        }
    }
    best.map(|(_, form)| form).or(general)
}

/// How many levels of the category the form names; `None` if it is for others.
fn closeness(form: &Form, category: &[String]) -> Option<usize> {
    let levels = category.iter().filter(|level| !level.is_empty()).count();
    let fits = |path: &&Vec<String>| {
        path.len() <= levels && path.iter().zip(category).all(|(one, other)| one == other)
    };
    form.applies.iter().filter(fits).map(Vec::len).max()
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
