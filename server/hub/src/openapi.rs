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
    modifiers(&Bearer, &OperationIds),
    paths(
        crate::health::live,
        crate::health::ready,
        crate::health::status,
        crate::health::limits,
        crate::audit::list::list,
        crate::imports::endpoints::import,
        crate::imports::endpoints::preview,
        crate::imports::endpoints::sources,
        crate::imports::endpoints::template_csv,
        crate::imports::endpoints::template_xlsx,
        crate::tickets::act::act,
        crate::tickets::assign::assign,
        crate::tickets::batch::assign,
        crate::tickets::moving::preview,
        crate::tickets::moving::all,
        crate::tickets::moving::undo,
        crate::tickets::counts::count,
        crate::tickets::list::list,
        crate::tickets::requester::ask,
        crate::tickets::show::show,
        crate::tickets::tasks::list,
        crate::auth::login::login,
        crate::auth::session::refresh,
        crate::auth::session::logout,
        crate::auth::enrol::enrol,
        crate::auth::renew::token,
        crate::auth::me::me,
        crate::auth::own_password::change,
        crate::people::list::list,
        crate::people::create::create,
        crate::people::confirm::confirm,
        crate::people::edit::edit,
        crate::people::enrolment::enrolment,
        crate::people::reset::reset,
        crate::people::state::disable,
        crate::people::state::enable,
        crate::people::revoke::revoke,
        crate::people::units::create,
        crate::people::units::list,
        crate::people::on_call::number::ask,
        crate::people::on_call::show,
        crate::people::on_call::write::write,
        crate::media::receive::head,
        crate::media::receive::receive,
        crate::media::show::show,
        crate::mediations::list::list,
        crate::mediations::paper::paper,
        crate::mediations::representatives::invite,
        crate::mediations::show::show,
        crate::verify::file::check,
        crate::verify::hash::find,
        crate::sync::endpoint::sync,
        crate::sync::stream::live,
        crate::sync::office::live,
        crate::visits::list::list,
        crate::visits::quarantine::decide::admit,
        crate::visits::quarantine::decide::refuse,
        crate::visits::quarantine::decide::reopen,
        crate::visits::quarantine::hand_over::hand_over,
        crate::tickets::contacts::list,
        crate::tickets::contacts::admit,
        crate::tickets::contacts::refuse,
        crate::visits::quarantine::list::list,
        crate::visits::quarantine::show::show,
        crate::visits::review::review,
        crate::visits::settle::settle,
        crate::visits::show::show,
        crate::deadlines::list::list,
        crate::deadlines::calendar::show,
        crate::deadlines::preview::preview,
        crate::deadlines::write::write,
        crate::tickets::create::create,
        crate::tickets::paste::recognise,
        crate::tickets::duplicates::of_draft,
        crate::tickets::duplicates::of_ticket,
        crate::tickets::evidence::add,
        crate::tickets::links::link,
        crate::reports::cards::create,
        crate::reports::cards::list,
        crate::reports::cards::change,
        crate::reports::cards::scanned,
        crate::reports::sheet::print,
        crate::reports::create::create,
        crate::reports::photo::add,
        crate::reports::show::show,
        crate::catalogue::edit::edit,
        crate::catalogue::show::show,
        crate::catalogue::train::train,
        crate::tickets::propose::propose,
        crate::tickets::callbacks::today,
        crate::tickets::done::list,
        crate::tickets::papers::history,
        crate::tickets::papers::evidence,
        crate::exchange::feedback::show,
        crate::exchange::feedback::csv,
        crate::exchange::feedback::xlsx,
        crate::exchange::text::text,
        crate::exchange::mismatches::list,
        crate::exchange::silent::list,
        crate::exchange::silent::explain,
        crate::figures::mine::mine,
        crate::figures::show::show,
        crate::figures::tickets::list,
        crate::forms::list::list,
        crate::forms::write::write,
        crate::forms::check::check,
        crate::forms::xlsform::read,
        crate::forms::xlsform::write,
        crate::forms::answers::csv,
        crate::forms::answers::xlsx,
    ),
    components(schemas(
        crate::error::Problem,
        crate::media::show::Size,
        store::tickets::TicketColumn,
    )),
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

/// Handlers of different slices share short names (`list`, `show`); a client generator needs one name each.
struct OperationIds;

impl Modify for OperationIds {
    fn modify(&self, document: &mut Document) {
        for (path, item) in &mut document.paths.paths {
            let place = path.replace(|letter: char| !letter.is_ascii_alphanumeric(), " ");
            let place = place.split_whitespace().collect::<Vec<_>>().join("_");
            let operations = [
                ("get", &mut item.get),
                ("head", &mut item.head),
                ("patch", &mut item.patch),
                ("post", &mut item.post),
            ];
            for (method, operation) in operations {
                if let Some(operation) = operation {
                    operation.operation_id = Some(format!("{method}_{place}"));
                }
            }
        }
    }
}

/// The OpenAPI 3.1 document of this version.
pub fn document() -> Document {
    Api::openapi()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    /// Calls `visit` with every value under the key, wherever it stands.
    fn each<'a>(key: &str, value: &'a Value, visit: &mut impl FnMut(&'a Value)) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    if name == key {
                        visit(member);
                    }
                    each(key, member, visit);
                }
            }
            Value::Array(members) => members.iter().for_each(|member| each(key, member, visit)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn every_reference_leads_to_a_schema_and_every_operation_has_its_own_name() {
        let document = serde_json::to_value(document()).unwrap();
        each("$ref", &document, &mut |target| {
            let pointer = target.as_str().unwrap().trim_start_matches('#');
            assert!(
                document.pointer(pointer).is_some(),
                "{pointer} leads nowhere"
            );
        });
        let (mut names, mut count) = (BTreeSet::new(), 0);
        each("operationId", &document, &mut |name| {
            names.insert(name.as_str().unwrap());
            count += 1;
        });
        assert_eq!(names.len(), count);
    }
}
