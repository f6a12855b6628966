//! What people of the sub-district were refused goes into the audit log: whoever tries doors is seen.

use std::sync::{Arc, OnceLock};

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use store::audit::AuditEntry;
use sync_core::{Id, hex};

use crate::app::App;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// Who turned out to ask: sub-district, person and device. An extension of the request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asker(Arc<OnceLock<[Id; 3]>>);

impl Asker {
    /// The credentials of the request are theirs.
    pub(crate) fn is(&self, tenant: Id, person: Id, device: Id) {
        let _ = self.0.set([tenant, person, device]);
    }
}

/// Notes what a known person was refused. An id that is none stays out of the log: it may be anything.
pub(crate) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let asker = Asker::default();
    request.extensions_mut().insert(asker.clone());
    let request_id = request.extensions().get::<RequestId>().cloned();
    let object = object_of(&request);
    let response = next.run(request).await;
    let refusal = response.extensions().get::<ApiError>();
    let refusal = refusal.filter(|error| error.status() == StatusCode::FORBIDDEN);
    if let (Some(refusal), Some([tenant, person, device])) = (refusal, asker.0.get()) {
        app.notes().note(AuditEntry {
            tenant: *tenant,
            at: app.clock().now(),
            person: Some(*person),
            device: Some(*device),
            act: "request.refused".to_owned(),
            object,
            result: refusal.code().to_owned(),
            request_id: request_id.unwrap_or_default().as_str().to_owned(),
        });
    }
    response
}

/// Method and path: what the route calls `{id}` as it was asked for if it is one.
fn object_of(request: &Request) -> String {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("unmatched", MatchedPath::as_str);
    let mut asked = request.uri().path().split('/');
    let parts: Vec<&str> = route
        .split('/')
        .map(|part| {
            let given = asked.next().unwrap_or_default();
            let is_id = Id::parse(given).is_some() || is_photo(given);
            if part.starts_with('{') && is_id {
                given
            } else {
                part
            }
        })
        .collect();
    format!("{} {}", request.method(), parts.join("/"))
}

fn is_photo(text: &str) -> bool {
    hex::decode(text).is_some_and(|hash| hash.len() == 32)
}
