//! The calendar by which the phone counts: the one of the app, and over it what the office has imported.

use super::Replica;
use crate::calendar::Calendar;
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
        self.reference = reference;
    }
}
