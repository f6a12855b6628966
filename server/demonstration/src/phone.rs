//! A phone of the story: the same replica that runs on real ones, pushed through the real doors.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Value, json};
use sync_core::edit::Edit;
use sync_core::kinds::Kind;
use sync_core::protocol::Frames;
use sync_core::replica::{Replica, Session};
use sync_core::{Id, MediaHash, Timestamp};

use super::cast::People;
use super::error::DemoError;
use super::photos::Photo;
use super::story::Story;
use hub::auth::CurrentUser;
use hub::media::receive;

const APP_VERSION: &str = "demo";
/// Rounds after which a phone that is still not in step never will be.
const ROUNDS: usize = 20;

pub(super) struct Phone<'a> {
    story: &'a Story<'a>,
    user: CurrentUser,
    replica: Replica,
    now: Timestamp,
    /// Photos that are on it alone.
    photos: BTreeSet<MediaHash>,
}

impl<'a> Phone<'a> {
    /// Takes somebody's phone in hand at `now`, in step with the office.
    pub(super) async fn of(
        username: &str,
        people: &People,
        now: Timestamp,
        story: &'a Story<'a>,
    ) -> Result<Self, DemoError> {
        story.app().clock().set(now);
        let user = story.user(username, people).await?;
        let mut seed = [0; 32];
        story.app().rng().fill(&mut seed);
        let mut replica = Replica::new(seed);
        let _ = replica.start_session(Session {
            device: user.device,
            person: user.person,
            name: user.name.clone(),
            role: user.role,
            tenant: user.tenant,
        });
        let mut phone = Self {
            story,
            user,
            replica,
            now,
            photos: BTreeSet::new(),
        };
        phone.sync().await?;
        Ok(phone)
    }

    pub(super) const fn person(&self) -> Id {
        self.user.person
    }

    /// The time on this phone.
    pub(super) const fn now(&self) -> Timestamp {
        self.now
    }

    /// Lets time pass.
    pub(super) const fn wait_minutes(&mut self, minutes: i64) {
        self.now = self.now.plus_millis(minutes * 60_000);
    }

    /// Begins a visit to a ticket.
    pub(super) fn begin(&mut self, ticket: Id) -> Result<Id, DemoError> {
        let doc = self.fresh_id();
        let begun = self.replica.begin(Kind::VISIT, doc, ticket, self.now);
        begun.map_err(|error| DemoError::Story(error.to_string()))?;
        Ok(doc)
    }

    /// Begins the record of something found: a visit that is its own ticket.
    pub(super) fn find(&mut self) -> Result<Id, DemoError> {
        let doc = self.fresh_id();
        let begun = self.replica.begin(Kind::VISIT, doc, doc, self.now);
        begun.map_err(|error| DemoError::Story(error.to_string()))?;
        Ok(doc)
    }

    /// Makes one gesture, given as its JSON.
    pub(super) fn edit(&mut self, doc: Id, edit: Value) -> Result<(), DemoError> {
        let refused = |error: String| DemoError::Story(format!("{edit}: {error}"));
        let gesture: Edit =
            serde_json::from_value(edit.clone()).map_err(|error| refused(error.to_string()))?;
        let edited = self.replica.edit(doc, &gesture, self.now);
        edited.map(drop).map_err(|error| refused(error.to_string()))
    }

    /// Writes registers.
    pub(super) fn set(&mut self, doc: Id, fields: Value) -> Result<(), DemoError> {
        for (field, value) in fields.as_object().into_iter().flatten() {
            self.edit(
                doc,
                json!({ "edit": "set_field", "field": field, "value": value }),
            )?;
        }
        Ok(())
    }

    /// Writes a long text.
    pub(super) fn note(&mut self, doc: Id, note: &str, text: &str) -> Result<(), DemoError> {
        self.edit(
            doc,
            json!({ "edit": "set_note", "note": note, "text": text }),
        )
    }

    /// Adds an entry to a collection.
    pub(super) fn add(
        &mut self,
        doc: Id,
        collection: &str,
        fields: Value,
    ) -> Result<Id, DemoError> {
        let id = self.fresh_id();
        let edit =
            json!({ "edit": "put_entry", "collection": collection, "id": id, "fields": fields });
        self.edit(doc, edit)?;
        Ok(id)
    }

    /// Checks in: by position, or by hand with the reason why there is none.
    pub(super) fn arrive(&mut self, doc: Id, place: Value) -> Result<(), DemoError> {
        let mut fields = json!({ "at": self.now, "by": self.user.person });
        if let (Some(fields), Some(place)) = (fields.as_object_mut(), place.as_object()) {
            fields.extend(place.clone());
        }
        self.add(doc, "arrivals", fields).map(drop)
    }

    /// Records a photo that the camera took now; its file is sent by [`Phone::upload`].
    pub(super) fn take_photo(
        &mut self,
        doc: Id,
        photo: &Photo,
        role: &str,
        caption: &str,
        pair: Option<Id>,
    ) -> Result<Id, DemoError> {
        let mut fields = json!({
            "sha256": photo.sha256, "bytes": photo.content.len(), "mime": "image/jpeg",
            "w": photo.width, "h": photo.height, "taken_at": self.now, "role": role,
            "source": "camera", "caption": caption,
        });
        if let (Some(pair), Some(fields)) = (pair, fields.as_object_mut()) {
            fields.insert("pair".to_owned(), json!(pair));
        }
        self.photos.insert(photo.sha256);
        self.add(doc, "photos", fields)
    }

    /// Hands the visit in.
    pub(super) fn submit(&mut self, doc: Id, remark: &str) -> Result<(), DemoError> {
        let (id, by) = (self.fresh_id(), self.user.person);
        let edit =
            json!({ "edit": "mark", "id": id, "kind": "submit", "by": by, "remark": remark });
        self.edit(doc, edit)
    }

    /// Sends a photo's file.
    pub(super) async fn upload(&mut self, photo: &Photo) -> Result<(), DemoError> {
        self.story.app().clock().set(self.now);
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (header::CONTENT_TYPE, "application/partial-upload"),
            (HeaderName::from_static("upload-offset"), "0"),
            (HeaderName::from_static("upload-complete"), "?1"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let _ = receive::receive(
            State(self.story.app().clone()),
            self.user.clone(),
            Path(photo.sha256),
            headers,
            Body::from(photo.content.clone()),
        )
        .await?;
        self.photos.remove(&photo.sha256);
        Ok(())
    }

    /// Exchanges with the office until everything here is in the record.
    pub(super) async fn sync(&mut self) -> Result<(), DemoError> {
        self.story.app().clock().set(self.now);
        for _ in 0..ROUNDS {
            let more = self.exchange().await?;
            let status = self.replica.status();
            if status.quarantined + status.refused > 0 {
                return Err(DemoError::Story("the office put a change aside".to_owned()));
            }
            if !more && status.queued + status.received == 0 {
                return Ok(());
            }
            let docs: Vec<_> = self
                .replica
                .records()
                .into_iter()
                .map(|row| row.doc)
                .collect();
            self.story
                .app()
                .doors()
                .gate()
                .submit(self.user.tenant, &docs)
                .await;
        }
        Err(DemoError::Story("the office did not decide".to_owned()))
    }

    /// One round trip; whether there is more to fetch.
    async fn exchange(&mut self) -> Result<bool, DemoError> {
        let photos = u32::try_from(self.photos.len()).unwrap_or(u32::MAX);
        let request = self.replica.request(1 << 20, self.now, APP_VERSION, photos);
        let doors = self.story.app().doors();
        let body = doors.exchange(self.user.author(), &request).await;
        let body = body.map_err(hub::error::ApiError::from)?;
        let body = body.ok_or_else(|| DemoError::Story("there is no sub-district".to_owned()))?;
        let malformed = |error: &dyn std::error::Error| DemoError::Story(error.to_string());
        let mut frames = Frames::default();
        frames.push(&body);
        let mut more = false;
        while let Some(frame) = frames.next_frame().map_err(|error| malformed(&error))? {
            let received = self.replica.receive(&frame, self.now);
            let received = received.map_err(|error| malformed(&error))?;
            more |= received.more == Some(true) || received.resync;
        }
        Ok(more)
    }

    fn fresh_id(&self) -> Id {
        self.story.app().rng().new_id(self.now)
    }
}
