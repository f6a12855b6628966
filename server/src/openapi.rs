//! The description of the HTTP API, from which the web's types are made.

use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// Every endpoint, grouped by slice as in `router.rs`.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Warmline",
        description = "Offline-first hub for the field work behind a 12345 hotline.\n\n\
            Failing answers are `application/problem+json`; `code` is stable, `detail` is for people.",
    ),
    modifiers(&Bearer),
    paths(
        crate::health::healthz,
        crate::health::limits,
        crate::imports::endpoints::import,
        crate::imports::endpoints::preview,
        crate::imports::endpoints::sources,
        crate::imports::endpoints::template_csv,
        crate::imports::endpoints::template_xlsx,
        crate::tickets::assign::assign,
        crate::tickets::list::list,
        crate::tickets::show::show,
        crate::auth::login::login,
        crate::auth::session::refresh,
        crate::auth::session::logout,
        crate::auth::enrol::enrol,
        crate::auth::renew::token,
        crate::auth::me::me,
        crate::people::list::list,
        crate::people::create::create,
        crate::people::enrolment::enrolment,
        crate::people::revoke::revoke,
        crate::people::units::list,
        crate::media::receive::head,
        crate::media::receive::receive,
        crate::media::show::show,
        crate::sync::endpoint::sync,
        crate::sync::stream::live,
        crate::visits::list::list,
        crate::visits::quarantine::quarantine,
        crate::visits::review::review,
        crate::visits::settle::settle,
        crate::visits::show::show,
    ),
    components(schemas(crate::error::Problem)),
)]
struct Api;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.bearer_format = Some("JWT".to_owned());
        if let Some(components) = &mut document.components {
            components.add_security_scheme("bearer", SecurityScheme::Http(http));
        }
    }
}

/// The OpenAPI 3.1 document of this version.
pub fn document() -> Document {
    Api::openapi()
}
