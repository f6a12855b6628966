//! Steps that every part of the story uses.

use sync_core::{Id, Role};

use super::cast::{self, People};
use super::error::DemoError;
use hub::app::App;
use hub::auth::CurrentUser;
use hub::tickets::assign::AssignTo;
use store::devices::{Device, DeviceKind, DeviceState};
use store::ticket_events::NewTicketEvent;
use store::tickets::{AssigneeKind, Ticket};
use store::units::UnitKind;
use sync_core::lifecycle::TicketStep;
use tables::street::Street;

/// The source of the demonstration's tickets: they come on the office's own sheet.
const SOURCE: &str = "office";
/// Who reviews and assigns.
pub(super) const REVIEWER: &str = "tang.minzhi";

/// The hub and the sub-district of the story.
pub(super) struct Story<'a> {
    app: &'a App,
    tenant: Id,
}

impl<'a> Story<'a> {
    pub(super) const fn of(street: &Street, app: &'a App) -> Self {
        Self {
            app,
            tenant: street.tenant,
        }
    }

    pub(super) const fn app(&self) -> &'a App {
        self.app
    }

    pub(super) const fn tenant(&self) -> Id {
        self.tenant
    }

    /// Whether there is a ticket with this number.
    pub(super) async fn knows(&self, upstream_no: &str) -> Result<bool, DemoError> {
        let mut tx = self.app.store().read().await?;
        let known = tx
            .find_ticket_by_upstream_no(self.tenant, SOURCE, upstream_no)
            .await?;
        Ok(known.is_some())
    }

    /// The ticket with this number.
    pub(super) async fn ticket(&self, upstream_no: &str) -> Result<Ticket, DemoError> {
        let mut tx = self.app.store().read().await?;
        let id = tx
            .find_ticket_by_upstream_no(self.tenant, SOURCE, upstream_no)
            .await?;
        let ticket = match id {
            Some(id) => tx.find_ticket(self.tenant, id, None).await?,
            None => None,
        };
        ticket.ok_or_else(|| DemoError::Story(format!("there is no ticket {upstream_no}")))
    }

    /// The unit with this code, as an assignee.
    pub(super) async fn unit(&self, code: &str) -> Result<AssignTo, DemoError> {
        let mut tx = self.app.store().read().await?;
        let unit = tx.find_unit_by_code(self.tenant, code).await?;
        let unit = unit.ok_or_else(|| DemoError::Story(format!("there is no unit {code}")))?;
        let kind = match unit.kind {
            UnitKind::Grid => AssigneeKind::Grid,
            UnitKind::Section => AssigneeKind::Section,
            UnitKind::Team => AssigneeKind::Team,
            UnitKind::Community | UnitKind::Street => AssigneeKind::Community,
        };
        let id = unit.id;
        Ok(AssignTo { kind, id })
    }

    /// Ends a ticket that needed no visit.
    pub(super) async fn end(&self, ticket: Id, step: TicketStep) -> Result<(), DemoError> {
        let mut tx = self.app.store().begin().await?;
        tx.advance_ticket(self.tenant, ticket, step).await?;
        let end = step.to().unwrap_or_default();
        let event = NewTicketEvent {
            at: self.app.clock().now(),
            person: None,
            device: None,
            kind: end.as_str(),
            detail: serde_json::json!({}),
        };
        tx.append_ticket_event(self.tenant, ticket, &event).await?;
        let seq = tx.next_seq(self.tenant).await?;
        tx.touch_ticket(self.tenant, ticket, seq).await?;
        Ok(tx.commit().await?)
    }

    /// Lets somebody see a ticket beside its assignee: they go along.
    pub(super) async fn invite(&self, ticket: Id, person: Id) -> Result<(), DemoError> {
        let mut tx = self.app.store().begin().await?;
        let seq = tx.next_seq(self.tenant).await?;
        tx.grant_ticket_scope(self.tenant, ticket, person, seq)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Somebody at a device of theirs that is used in the demonstration only, made if it is missing.
    pub(super) async fn user(
        &self,
        username: &str,
        people: &People,
    ) -> Result<CurrentUser, DemoError> {
        let (name, role) = cast::part(username)?;
        let person = people.id(username)?;
        let (kind, device_name) = if role == Role::OfficeReviewer {
            (DeviceKind::Browser, "演示电脑")
        } else {
            (DeviceKind::Phone, "演示手机")
        };
        let mut tx = self.app.store().begin().await?;
        let devices = tx.list_devices(self.tenant).await?;
        let known = devices
            .into_iter()
            .find(|device| device.person == person && device.name == device_name);
        let now = self.app.clock().now();
        let device = if let Some(device) = known {
            device.id
        } else {
            let device = Device {
                id: self.app.rng().new_id(now),
                tenant: self.tenant,
                person,
                kind,
                name: device_name.to_owned(),
                state: DeviceState::Active,
                revoke_reason: None,
                enrolled_at: now,
                last_seen_at: None,
                app_version: None,
                unsent_changes: 0,
                unsent_photos: 0,
                clock_offset_ms: None,
                revoked_at: None,
            };
            tx.insert_device(&device).await?;
            device.id
        };
        tx.commit().await?;
        Ok(CurrentUser {
            released_until: None,
            tenant: self.tenant,
            person,
            device,
            role,
            name: name.to_owned(),
            key: None,
        })
    }
}

/// The reviewer without a device, for acts that no device is noted with.
pub(super) fn office_user(tenant: Id, people: &People) -> Result<CurrentUser, DemoError> {
    let (name, role) = cast::part(REVIEWER)?;
    let person = people.id(REVIEWER)?;
    Ok(CurrentUser {
        released_until: None,
        tenant,
        person,
        device: person,
        role,
        name: name.to_owned(),
        key: None,
    })
}
