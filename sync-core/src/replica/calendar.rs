//! The calendar and the deadline profiles by which the phone counts, and the forms by which it asks: those of the app, and
//! over them what the office has written.

use super::Replica;
use crate::calendar::Calendar;
use crate::deadline::Profile;
use crate::form::Form;
use crate::protocol::Reference;

impl Replica {
    /// The official calendar as far as this phone knows it.
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    pub(super) fn take_reference(&mut self, reference: Reference) {
        self.calendar = Calendar::shipped();
        for text in &reference.calendar {
            // A year that this version of the app cannot read counts as not published, and is told as provisional.
            if let Ok(year) = Calendar::parse(text.as_bytes()) {
                self.calendar.overlay(year);
            }
        }
        self.profiles = Profile::shipped();
        for text in &reference.profiles {
            // Tickets under a version that this app cannot read have the date that the hub counted.
            self.profiles.extend(Profile::parse(text.as_bytes()));
        }
        self.forms = Form::shipped();
        for text in &reference.forms {
            // A record under a version that this app cannot read is completed by the general form.
            self.forms.extend(Form::parse(text.as_bytes()));
        }
        self.reference = reference;
    }
}
