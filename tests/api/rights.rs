//! Who may ask what: every route of the router, by role and kind of device, as docs/RIGHTS.md shows it.
//!
//! The table is measured, not written: each cell is what the real hub answered to a well-formed request on something that
//! exists. A change of rights changes docs/RIGHTS.md, where somebody reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use harness::backends::{Backend, FromBackend as _, on_postgres, on_sqlite};
use harness::photos;
use harness::test_app::{Answer, Caller};
use serde_json::{Value, json};
use store::devices::DeviceKind;
use store::units::UnitKind;
use sync_core::calendar::Day;
use sync_core::kinds::Kind;
use sync_core::{Id, MediaHash, Role};

use crate::docs::assert_current;
use crate::sync::street::Street;

/// Who has not signed in asks these; what they ask for is in the body.
const PUBLIC: [&str; 14] = [
    "/health/live",
    "/health/ready",
    "/v1/cards/{code}/place",
    "/v1/enrol",
    "/v1/limits",
    "/v1/login",
    "/v1/papers",
    "/v1/papers/{hash}",
    "/v1/reports",
    "/v1/reports/{code}",
    "/v1/reports/{code}/photo",
    "/v1/session/logout",
    "/v1/session/refresh",
    "/v1/token",
];
const KINDS: [DeviceKind; 2] = [DeviceKind::Browser, DeviceKind::Phone];
const NOWHERE: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// A route as its description names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Route {
    path: String,
    /// [`Method`] has no order.
    method: String,
}

fn routes() -> Vec<Route> {
    let description = include_str!("../../docs/openapi.json");
    let description: Value = serde_json::from_str(description).unwrap();
    let paths = description["paths"].as_object().unwrap().iter();
    let routes = paths.flat_map(|(path, methods)| {
        methods.as_object().unwrap().keys().map(|method| Route {
            path: path.clone(),
            method: method.to_uppercase(),
        })
    });
    routes
        .filter(|route| !PUBLIC.contains(&route.path.as_str()))
        .collect()
}

/// A sub-district with one of everything that a route may be asked about.
struct Place {
    street: Street,
    visit: Id,
    mediation: Id,
    photo: MediaHash,
    aside: String,
    /// A contact that was told when its ticket was another one's.
    contact: String,
    /// The code of a card.
    card: String,
    /// Somebody whom nobody minds to lose, with a phone.
    other: Caller,
    /// A team, and a member of it whose number is known.
    team: (Id, Id),
}

impl Place {
    async fn open(backend: Backend) -> Self {
        let mut street = Street::from_backend(backend).await;
        let left = street.add_ticket("grid", street.grid).await;
        street.worker.sync(&street.hub).await;
        let visit = street.worker.create_visit(street.ticket);
        let mediation = street.worker.begin(Kind::MEDIATION, street.ticket);
        street.worker.sync(&street.hub).await;
        let file = photos::jpeg(40, 30, 1);
        let owner = street.hub.sign_in(Role::GridWorker, &[street.grid]).await;
        super::media::upload(&street.hub, &owner, &file).await;
        // A ticket that moved while its worker was away.
        street.worker.create_visit(left);
        street.assign(left, "grid", street.other_grid).await;
        street.worker.sync(&street.hub).await;
        let rows = street
            .hub
            .get("/v1/quarantine", &street.office)
            .await
            .json();
        let aside = rows["items"][0]["id"].as_str().unwrap().to_owned();
        let made = street.hub.app().clock().now();
        let told = json!({"seen": 1, "act": {"action": "contact", "means": "phone", "at": made}});
        let path = format!("/v1/tickets/{left}/actions");
        let late = street.hub.post(&path, &street.worker.caller, &told).await;
        assert_eq!(late.json(), json!({ "kept": "desk" }));
        let path = "/v1/quarantine/contacts";
        let rows = street.hub.get(path, &street.office).await.json();
        let contact = rows["items"][0]["id"].as_str().unwrap().to_owned();
        let other = street.hub.sign_in(Role::Volunteer, &[]).await;
        let team = street.hub.add_unit(UnitKind::Team, "team", None).await;
        let member = street
            .hub
            .sign_in(Role::EnterpriseTeam, &[team])
            .await
            .person;
        let monday = Day::of(street.hub.app().clock().now()).monday();
        let week = json!({
            "week": monday, "seen": 0, "days": [[], [], [], [], [], [], []],
            "numbers": [{"person": member, "number": "13800001234"}],
        });
        let path = format!("/v1/units/{team}/on-call");
        let written = street.hub.post(&path, &street.office, &week).await;
        assert!(written.status.is_success(), "{:?}", written.body);
        // A version of its own: the shipped forms are every sub-district's.
        let form = "表单 wages\n版本 2\n名称 欠薪核实\n必填 结果\n";
        let form = json!({ "text": form });
        let written = street.hub.post("/v1/forms", &street.office, &form).await;
        assert!(written.status.is_success(), "{:?}", written.body);
        let card = json!({ "place": "一号楼门口" });
        let card = street.hub.post("/v1/cards", &street.office, &card).await;
        Self {
            card: card.json()["code"].as_str().unwrap().to_owned(),
            team: (team, member),
            street,
            visit,
            mediation,
            photo: MediaHash::of(&file),
            aside,
            contact,
            other,
        }
    }

    /// The path with something that is there, or with `id`.
    fn path(&self, route: &Route, id: Option<&str>) -> String {
        let there = if route.path.contains("/forms/") {
            "wages".to_owned()
        } else if route.path.contains("/tickets/") || route.path.contains("/silent/") {
            self.street.ticket.to_string()
        } else if route.path.contains("/visits/") {
            self.visit.to_string()
        } else if route.path.contains("/mediations/") {
            self.mediation.to_string()
        } else if route.path.contains("/quarantine/contacts/") {
            self.contact.clone()
        } else if route.path.contains("/quarantine/") {
            self.aside.clone()
        } else if route.path.contains("/units/") {
            self.team.0.to_string()
        } else if route.path.contains("/devices/") {
            self.other.device.to_string()
        } else {
            self.other.person.to_string()
        };
        let photo = id.map_or_else(|| self.photo.to_string(), |_| "a5".repeat(32));
        // Letters of a code in another order are no card's.
        let unknown: String = self.card.chars().rev().collect();
        let card = id.map_or_else(|| self.card.clone(), |_| unknown);
        let path = route
            .path
            .replace("{id}", id.unwrap_or(&there))
            .replace("{sha256}", &photo)
            .replace("{version}", "2")
            .replace("{code}", &card);
        match path.as_str() {
            media if media.starts_with("/v1/media/") && route.method == "GET" => {
                format!("{media}?size=original")
            }
            "/v1/tickets/counts" => format!("{path}?by=status"),
            "/v1/tickets/done" => format!("{path}?actions=accept&since=0"),
            "/v1/figures" => format!("{path}?from=2026-11-01&to=2026-11-30"),
            "/v1/figures/tickets" => format!("{path}?from=2026-11-01&to=2026-11-30&of=all"),
            moved if moved.starts_with("/v1/tickets/move") && !moved.ends_with("/undo") => {
                format!("{moved}?holder={NOWHERE}")
            }
            // Whoever may ask hears that there is no such appeal.
            pack if pack.ends_with("/evidence.pdf") => format!("{pack}?appeal=1"),
            _ => path,
        }
    }

    /// What the route's description asks for.
    fn body(&self, route: &Route, number: usize) -> (&'static str, Vec<u8>) {
        let grid = self.street.grid;
        let json = match route.path.as_str() {
            "/v1/exchange/silent/{id}" => json!({"words": "等材料"}),
            "/v1/deadline-profiles" => json!({"text": "方案 "}),
            "/v1/units/{id}/on-call" => json!({"week": "2026-11-23", "seen": 0, "days": []}),
            "/v1/units/{id}/on-call/number" => json!({"person": self.team.1}),
            "/v1/deadline-profiles/preview" => json!({
                "form": {
                    "id": "general_5wd", "version": 2, "name": "一般", "basis": "规则",
                    "effective_from": "", "feedback_to": [], "extension": null,
                    "terms": [{"kind": "result", "amount": 5, "unit": "working_days", "from": "dispatch"}],
                    "day_ends": "midnight", "hours_run_off_duty": true, "business": "08:30-12:00",
                    "warnings": {
                        "blue_percent": 50, "yellow_working_days": 1, "yellow_percent": 25,
                        "purple_working_days": 1, "return_hours": 4,
                    },
                },
                "dispatched_at": 0, "assigned_at": 0,
            }),
            "/v1/forms" | "/v1/forms/check" => json!({"text": "表单 "}),
            "/v1/cards" => json!({"place": "二号楼门口"}),
            "/v1/cards/{code}" => json!({"active": true}),
            "/v1/catalogue" => json!({"seen": 99, "catalogue": {
                "types": [], "topics": [], "causes": [], "duties": [], "urgency": {"critical": [], "urgent": []},
            }}),
            "/v1/tickets" => json!({"id": NOWHERE, "channel": "other", "description": "灯不亮"}),
            "/v1/tickets/paste" => json!({"text": "诉求内容：灯不亮"}),
            "/v1/tickets/{id}/link" => json!({"earlier": grid}),
            "/v1/devices/{id}/revoke" => json!({"reason": "left"}),
            "/v1/mediations/{id}/representatives" => json!({"name": "业主某"}),
            "/v1/me/password" => json!({"current": "Falsch-12345", "new": "Neuer-98765"}),
            "/v1/people" => {
                json!({"username": format!("new-{number}"), "name": "新来某", "role": "volunteer"})
            }
            "/v1/people/{id}" => json!({"name": "改名某", "role": "volunteer", "units": [grid]}),
            "/v1/quarantine/{id}/refuse" | "/v1/quarantine/contacts/{id}/refuse" => {
                json!({"remark": "重复"})
            }
            "/v1/tickets/move" | "/v1/tickets/move/preview" => {
                json!({"to": {"kind": "grid", "id": grid}})
            }
            "/v1/tickets/move/undo" => json!({"tickets": []}),
            "/v1/tickets/{id}/actions" => {
                json!({"seen": 0, "act": {"action": "note", "words": "看过"}})
            }
            "/v1/tickets/{id}/requester" => json!({"purpose": "call"}),
            "/v1/tickets/assign" => {
                json!({"to": {"kind": "grid", "id": grid}, "tickets": [{"id": NOWHERE}]})
            }
            "/v1/units" => json!({"kind": "section", "name": format!("科室 {number}")}),
            "/v1/tickets/{id}/assign" => {
                json!({"to": {"kind": "grid", "id": grid}, "assigned_before": grid})
            }
            "/v1/visits/{id}/review" => json!({"decision": "approve", "seen": 0}),
            "/v1/visits/{id}/settle" => {
                json!({"path": "fields/outcome", "seen": 0, "choice": "x", "reason": "核实"})
            }
            "/v1/imports" | "/v1/imports/preview" | "/v1/hand-over" | "/v1/forms/xlsform" => {
                return ("application/octet-stream", b"a,b\n1,2\n".to_vec());
            }
            "/v1/media/{sha256}" => return ("application/partial-upload", Vec::new()),
            "/v1/sync" => return ("application/cbor", vec![0xa0]),
            _ => json!({}),
        };
        ("application/json", json.to_string().into_bytes())
    }

    /// `None` where the answer goes on for as long as somebody listens.
    async fn ask(
        &self,
        route: &Route,
        id: Option<&str>,
        who: &Caller,
        number: usize,
    ) -> Option<Answer> {
        let (kind, body) = self.body(route, number);
        let method = Method::from_bytes(route.method.as_bytes()).unwrap();
        let bearer = self.street.hub.bearer(who);
        let request = || {
            let request = Request::builder()
                .method(method.clone())
                .uri(self.path(route, id))
                .header(header::AUTHORIZATION, &bearer)
                .header("upload-offset", "0")
                .header("upload-complete", "?0");
            let request = match route.method.as_str() {
                "GET" | "HEAD" => request.body(Body::empty()),
                _ => request
                    .header(header::CONTENT_TYPE, kind)
                    .body(body.clone().into()),
            };
            request.unwrap()
        };
        let is_endless = route.path.ends_with("/live");
        if is_endless && self.street.hub.opens(request()).await {
            return None;
        }
        Some(self.street.hub.send(request()).await)
    }
}

/// What an answer says of the right to ask.
fn cell(answer: Option<&Answer>, route: &Route) -> &'static str {
    let Some(answer) = answer else { return "●" };
    match answer.status.as_u16() {
        // Their own password was asked for, and it was a wrong one.
        403 if route.path == "/v1/me/password" => "●",
        401 | 403 => "",
        // A photo that is not there yet is asked for before it is sent.
        404 if route.method == "HEAD" => "●",
        404 => "○",
        _ => "●",
    }
}

async fn callers(place: &Place) -> Vec<(Role, DeviceKind, Caller)> {
    let mut callers = Vec::new();
    for role in Role::ALL {
        for kind in KINDS {
            let hub = &place.street.hub;
            let who = hub
                .sign_in_with(kind, hub.tenant(), *role, &[place.street.grid])
                .await;
            callers.push((*role, kind, who));
        }
    }
    callers
}

const HEAD: &str = "# Rights\n
Who may ask what, measured by `api::rights` on a running hub: each cell is an answer to a well-formed request about
something that exists, from a device of that person's whose grid has the ticket. ● may ask; ○ is told that there is no such
thing; nothing: refused. B in a browser, P on an enrolled phone. What is then seen of a ticket is one function
(`sync_core::sight`), held by `sync::sight`.

Another sub-district's ids answer as unknown ones do, for everybody. A device that was revoked and a person who was
disabled are refused everywhere (401), but that a phone of somebody who left hands over for 14 days what it holds
(`POST /v1/sync`, `HEAD` and `PATCH /v1/media`). Who has no office pages cannot sign in in a browser at all. Without a sign-in only these answer: ";

/// The table, and how many cells are allowed.
async fn table(place: &Place) -> (String, usize) {
    let callers = callers(place).await;
    let mut rows: BTreeMap<Route, Vec<String>> = BTreeMap::new();
    let mut allowed = 0;
    for (number, route) in routes().into_iter().enumerate() {
        for (column, (_, kind, who)) in callers.iter().enumerate() {
            // Such an answer has no end, and the other kind is refused at once.
            let answer = place.ask(&route, None, who, number * 100 + column).await;
            let is_misread = answer.as_ref().is_some_and(|answer| {
                answer.status == StatusCode::BAD_REQUEST && answer.code() == "bad_request"
            });
            assert!(!is_misread, "no request of its kind: {route:?} {answer:?}");
            let cell = cell(answer.as_ref(), &route);
            allowed += usize::from(cell == "●");
            let letter = if *kind == DeviceKind::Browser {
                "B"
            } else {
                "P"
            };
            let row = rows.entry(route.clone()).or_default();
            if column % 2 == 0 {
                row.push(String::new());
            }
            if !cell.is_empty() {
                let _ = write!(row.last_mut().unwrap(), "{letter}{cell}");
            }
        }
    }
    let mut text = HEAD.to_owned();
    let public: Vec<String> = PUBLIC.iter().map(|path| format!("`{path}`")).collect();
    let _ = write!(text, "{}.\n\n| route |", public.join(", "));
    for role in Role::ALL {
        let _ = write!(text, " {} |", role.as_str());
    }
    let _ = write!(text, "\n|---|{}\n", "---|".repeat(Role::ALL.len()));
    for (route, cells) in rows {
        let _ = writeln!(
            text,
            "| `{} {}` | {} |",
            route.method,
            route.path,
            cells.join(" | ")
        );
    }
    (text, allowed)
}

#[test]
fn every_route_asks_for_role_and_kind_of_device() {
    on_sqlite(async |backend: Backend| {
        let place = Place::open(backend).await;
        let (table, allowed) = table(&place).await;
        assert_current("docs/RIGHTS.md", &table);
        let cells = routes().len() * Role::ALL.len() * 2;
        assert!(
            allowed > cells / 20 && allowed < cells / 2,
            "{allowed} of {cells}"
        );
    });
}

#[test]
fn another_sub_district_is_not_there_on_sqlite() {
    on_sqlite(another_sub_district_is_not_there);
}

#[test]
fn another_sub_district_is_not_there_on_postgres() {
    on_postgres(another_sub_district_is_not_there);
}

async fn another_sub_district_is_not_there(backend: Backend) {
    let place = Place::open(backend).await;
    let hub = &place.street.hub;
    let elsewhere = hub.add_tenant("elsewhere", "别处街道").await;
    let mut told = BTreeSet::new();
    for route in routes() {
        if !route.path.contains('{') {
            continue;
        }
        for role in Role::ALL {
            for kind in KINDS {
                let who = hub.sign_in_with(kind, elsewhere, *role, &[]).await;
                let theirs = place.ask(&route, None, &who, 0).await.unwrap();
                let unknown = place.ask(&route, Some(NOWHERE), &who, 0).await.unwrap();
                let said = |answer: &Answer| {
                    let has_code = route.method != "HEAD" && !answer.status.is_success();
                    (answer.status, has_code.then(|| answer.code()))
                };
                assert_eq!(said(&theirs), said(&unknown), "{route:?} {role:?} {kind:?}");
                told.insert(theirs.status.as_u16());
            }
        }
    }
    assert!(told.contains(&403) && told.contains(&404), "{told:?}");
}

#[test]
fn who_was_disabled_or_revoked_is_refused_everywhere() {
    on_sqlite(async |backend: Backend| {
        let place = Place::open(backend).await;
        let hub = &place.street.hub;
        let admin = hub.sign_in(Role::SystemAdmin, &[]).await;
        for kind in KINDS {
            for (role, end) in [
                (Role::HotlineWorker, "disabled"),
                (Role::HotlineWorker, "lost"),
                (Role::GridWorker, "disabled"),
                (Role::GridWorker, "lost"),
                (Role::GridWorker, "left"),
            ] {
                let who = hub
                    .sign_in_with(kind, hub.tenant(), role, &[place.street.grid])
                    .await;
                let (path, body) = if end == "disabled" {
                    (format!("/v1/people/{}/disable", who.person), json!({}))
                } else {
                    (
                        format!("/v1/devices/{}/revoke", who.device),
                        json!({ "reason": end }),
                    )
                };
                let ended = hub.post(&path, &admin, &body).await;
                assert!(ended.status.is_success(), "{path}: {:?}", ended.body);
                for route in routes() {
                    let answer = place
                        .ask(&route, None, &who, 0)
                        .await
                        .expect("a refusal ends");
                    let path = route.path.as_str();
                    let hands_over = path == "/v1/sync"
                        || path.starts_with("/v1/media/") && route.method != "GET";
                    let may = end == "left" && kind == DeviceKind::Phone && hands_over;
                    let refused = answer.status.as_u16() == 401;
                    assert_eq!(
                        refused, !may,
                        "{route:?} {role:?} {kind:?}: {}",
                        answer.status
                    );
                }
            }
        }
    });
}
