//! What the office's pages ask.

use axum::Router;
use axum::routing::{get, patch, post};

use crate::app::App;
use crate::imports::endpoints as tables;
use crate::people::on_call;
use crate::tickets::{contacts, duplicates, moving};
use crate::visits::quarantine;
use crate::{
    audit, catalogue, deadlines, exchange, forms, mediations, people, reports, tickets, visits,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/imports/sources", get(tables::sources))
        .route("/v1/imports/template.csv", get(tables::template_csv))
        .route("/v1/imports/template.xlsx", get(tables::template_xlsx))
        .route(
            "/v1/tickets",
            get(tickets::list::list).post(tickets::create::create),
        )
        .route("/v1/tickets/paste", post(tickets::paste::recognise))
        .route("/v1/tickets/duplicates", post(duplicates::of_draft))
        .route("/v1/tickets/{id}/duplicates", get(duplicates::of_ticket))
        .route("/v1/tickets/{id}/link", post(tickets::links::link))
        .route(
            "/v1/cards",
            get(reports::cards::list).post(reports::cards::create),
        )
        .route("/v1/cards/sheet.pdf", get(reports::sheet::print))
        .route("/v1/cards/{code}", patch(reports::cards::change))
        .route("/v1/tickets/{id}", get(tickets::show::show))
        .route("/v1/tickets/assign", post(tickets::batch::assign))
        .route("/v1/tickets/move", post(moving::all))
        .route("/v1/tickets/move/preview", post(moving::preview))
        .route("/v1/tickets/move/undo", post(moving::undo))
        .route("/v1/tickets/counts", get(tickets::counts::count))
        .route("/v1/tickets/done", get(tickets::done::list))
        .route("/v1/callbacks", get(tickets::callbacks::today))
        .route("/v1/tickets/{id}/assign", post(tickets::assign::assign))
        .route(
            "/v1/people",
            get(people::list::list).post(people::create::create),
        )
        .route("/v1/people/{id}", patch(people::edit::edit))
        .route("/v1/people/{id}/confirm", post(people::confirm::confirm))
        .route("/v1/people/{id}/disable", post(people::state::disable))
        .route("/v1/people/{id}/enable", post(people::state::enable))
        .route("/v1/people/{id}/password", post(people::reset::reset))
        .route(
            "/v1/people/{id}/enrolment",
            post(people::enrolment::enrolment),
        )
        .route("/v1/devices/{id}/revoke", post(people::revoke::revoke))
        .route("/v1/audit", get(audit::list::list))
        .route(
            "/v1/units",
            get(people::units::list).post(people::units::create),
        )
        .route(
            "/v1/units/{id}/on-call",
            get(on_call::show).post(on_call::write::write),
        )
        .route("/v1/mediations", get(mediations::list::list))
        .route("/v1/mediations/{id}", get(mediations::show::show))
        .route("/v1/mediations/{id}/paper", get(mediations::paper::paper))
        .route("/v1/quarantine", get(quarantine::list::list))
        .route("/v1/quarantine/contacts", get(contacts::list))
        .route("/v1/quarantine/contacts/{id}/admit", post(contacts::admit))
        .route(
            "/v1/quarantine/contacts/{id}/refuse",
            post(contacts::refuse),
        )
        .route("/v1/quarantine/{id}", get(quarantine::show::show))
        .route("/v1/quarantine/{id}/admit", post(quarantine::decide::admit))
        .route(
            "/v1/quarantine/{id}/refuse",
            post(quarantine::decide::refuse),
        )
        .route(
            "/v1/quarantine/{id}/reopen",
            post(quarantine::decide::reopen),
        )
        .route(
            "/v1/catalogue",
            get(catalogue::show::show).post(catalogue::edit::edit),
        )
        .route("/v1/catalogue/training", post(catalogue::train::train))
        .route("/v1/tickets/{id}/proposal", get(tickets::propose::propose))
        .route("/v1/visits", get(visits::list::list))
        .route("/v1/visits/{id}", get(visits::show::show))
        .route("/v1/visits/{id}/review", post(visits::review::review))
        .route("/v1/visits/{id}/settle", post(visits::settle::settle))
        .route(
            "/v1/deadline-profiles",
            get(deadlines::list::list).post(deadlines::write::write),
        )
        .route("/v1/deadline-profiles/preview", post(deadlines::preview))
        .route("/v1/calendar", get(deadlines::calendar::show))
        .route(
            "/v1/tickets/{id}/history.pdf",
            get(tickets::papers::history),
        )
        .route(
            "/v1/tickets/{id}/evidence.pdf",
            get(tickets::papers::evidence),
        )
        .route("/v1/tickets/{id}/feedback.txt", get(exchange::text::text))
        .route("/v1/exchange/feedback", get(exchange::feedback::show))
        .route("/v1/exchange/feedback.csv", get(exchange::feedback::csv))
        .route("/v1/exchange/feedback.xlsx", get(exchange::feedback::xlsx))
        .route("/v1/exchange/mismatches", get(exchange::mismatches::list))
        .route("/v1/exchange/silent", get(exchange::silent::list))
        .route("/v1/exchange/silent/{id}", post(exchange::silent::explain))
        .route("/v1/forms", get(forms::list).post(forms::write))
        .route("/v1/forms/check", post(forms::check))
        .route("/v1/forms/xlsform", post(forms::xlsform::read))
        .route(
            "/v1/forms/{id}/{version}/xlsform",
            get(forms::xlsform::write),
        )
        .route(
            "/v1/forms/{id}/{version}/answers.csv",
            get(forms::answers::csv),
        )
        .route(
            "/v1/forms/{id}/{version}/answers.xlsx",
            get(forms::answers::xlsx),
        )
}
