//! The two cookies of an office browser: the session, and the proof that it is a known device.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use sync_core::{Id, hex};

use crate::app::App;
use basis::keys::TAG_BYTES;

/// The session.
const SESSION: &str = "warmline_session";

/// Outlives the session and opens nothing.
const KNOWN_DEVICE: &str = "warmline_device";

/// Browsers take a cookie of this name only over HTTPS, from this host alone and for all of it: neither a page of
/// another host of the same domain nor plain HTTP can set one in its place.
const LOCKED: &str = "__Host-";

const KNOWN_DEVICE_SECONDS: u32 = 180 * 24 * 3600;
/// People who share one browser and stay known to it.
const MOST_DEVICES: usize = 8;
const BETWEEN_DEVICES: &str = "_";
const TAG_PURPOSE: &str = "known-device";

/// The session token that the browser sent.
pub(super) fn session_of<'h>(headers: &'h HeaderMap, app: &App) -> Option<&'h str> {
    find(headers, &name_of(SESSION, app))
}

/// The devices that this browser has been before, one for each person who signed in at it, the last one first; those
/// that this hub said itself.
pub(super) fn known_devices_of(headers: &HeaderMap, app: &App) -> Vec<Id> {
    let known = find(headers, &name_of(KNOWN_DEVICE, app)).unwrap_or_default();
    let devices = known.split(BETWEEN_DEVICES).take(MOST_DEVICES);
    devices.filter_map(|one| known_device(one, app)).collect()
}

fn known_device(text: &str, app: &App) -> Option<Id> {
    let (device, tag) = text.split_once('.')?;
    let device = Id::parse(device)?;
    let tag = hex::decode(tag).filter(|tag| tag.len() == TAG_BYTES)?;
    app.keys()
        .is_tag(TAG_PURPOSE, &device.bytes(), &tag)
        .then_some(device)
}

/// Sets both cookies. The session's own end is kept by the hub. `known` are the devices that the browser was before,
/// so that people who share it stay one device each.
pub(super) fn set(headers: &mut HeaderMap, token: &str, device: Id, known: &[Id], app: &App) {
    let others = known.iter().copied().filter(|one| *one != device);
    let devices: Vec<String> = std::iter::once(device)
        .chain(others)
        .take(MOST_DEVICES)
        .map(|device| {
            let tag = app.keys().tag(TAG_PURPOSE, &device.bytes());
            format!("{device}.{}", hex::encode(&tag))
        })
        .collect();
    append(headers, app, SESSION, token, "/v1/session", None);
    append(
        headers,
        app,
        KNOWN_DEVICE,
        &devices.join(BETWEEN_DEVICES),
        "/v1/login",
        Some(KNOWN_DEVICE_SECONDS),
    );
}

/// Makes the browser forget the session.
pub(super) fn clear_session(headers: &mut HeaderMap, app: &App) {
    append(headers, app, SESSION, "", "/v1/session", Some(0));
}

fn find<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// What the cookie is called: over HTTPS no browser takes it from anybody else.
fn name_of(name: &str, app: &App) -> String {
    if app.config().is_https() {
        format!("{LOCKED}{name}")
    } else {
        name.to_owned()
    }
}

/// Without `seconds` the browser forgets the cookie when it is closed.
fn append(
    headers: &mut HeaderMap,
    app: &App,
    name: &str,
    value: &str,
    path: &str,
    seconds: Option<u32>,
) {
    let secure = app.config().is_https();
    let name = name_of(name, app);
    // A locked cookie is one of the whole host.
    let path = if secure { "/" } else { path };
    let mut cookie = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Strict");
    if let Some(seconds) = seconds {
        cookie.push_str(&format!("; Max-Age={seconds}"));
    }
    if secure {
        cookie.push_str("; Secure");
    }
    // Ids, hexadecimal and the words above are always valid in a header.
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(SET_COOKIE, cookie);
    }
}
