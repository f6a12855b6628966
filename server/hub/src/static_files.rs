//! The pages of both apps, built from `web/` and part of this program.

use std::borrow::Cow;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use rust_embed::RustEmbed;
use sync_core::hex;

use crate::error::ApiError;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Pages;

/// `/`: people who type only the address sit at a desk.
pub(crate) async fn root() -> Redirect {
    Redirect::temporary("/office/")
}

/// `/field`: a page outside `/field/` would be outside the service worker's scope.
pub(crate) async fn field_folder() -> Redirect {
    Redirect::temporary("/field/")
}

/// `/office`.
pub(crate) async fn office_folder() -> Redirect {
    Redirect::temporary("/office/")
}

/// `/field/`.
pub(crate) async fn field_index(headers: HeaderMap) -> Response {
    page("field/index.html", &headers, embedded)
}

/// `/field/..`.
pub(crate) async fn field_file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    page(&format!("field/{path}"), &headers, embedded)
}

/// `/office/`.
pub(crate) async fn office_index(headers: HeaderMap) -> Response {
    page("office/index.html", &headers, embedded)
}

/// `/office/..`.
pub(crate) async fn office_file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    page(&format!("office/{path}"), &headers, embedded)
}

/// A file of the web build.
struct File {
    content: Cow<'static, [u8]>,
    mime: String,
    sha256: [u8; 32],
}

fn embedded(path: &str) -> Option<File> {
    let file = Pages::get(path)?;
    Some(File {
        mime: file.metadata.mimetype().to_owned(),
        sha256: file.metadata.sha256_hash(),
        content: file.data,
    })
}

fn page(path: &str, headers: &HeaderMap, find: impl Fn(&str) -> Option<File>) -> Response {
    let Some(plain) = find(path) else {
        return absent(path);
    };
    let (encoding, file) = smallest(path, headers, &find).unwrap_or(("identity", plain));
    // Names in `assets/` carry a hash of the content; everything else is asked for again each time.
    let is_hashed = path.contains("/assets/");
    let caching = if is_hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let etag = format!("\"{}-{encoding}\"", hex::encode(&file.sha256));
    let is_known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .any(|known| known.to_str().is_ok_and(|known| known.contains(&etag)));

    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.content.into_response()
    };
    let mime = mime_of(path, &file.mime);
    set(&mut response, header::CACHE_CONTROL, caching);
    set(&mut response, header::ETAG, &etag);
    set(&mut response, header::VARY, "accept-encoding");
    set(&mut response, header::CONTENT_TYPE, &mime);
    if encoding != "identity" {
        set(&mut response, header::CONTENT_ENCODING, encoding);
    }
    response
}

/// The file as the web build compressed it, if it did and the browser takes it.
fn smallest(
    path: &str,
    headers: &HeaderMap,
    find: impl Fn(&str) -> Option<File>,
) -> Option<(&'static str, File)> {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let accepts = |wanted: &str| {
        accepted.split(',').any(|one| {
            let (name, weight) = one.split_once(';').unwrap_or((one, ""));
            let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
            name.trim() == wanted && !refused
        })
    };
    [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(encoding))
        .find_map(|(encoding, ending)| Some((encoding, find(&format!("{path}{ending}"))?)))
}

/// Types that must be exact: the browser compiles WebAssembly while it loads, and installs by the manifest.
fn mime_of(path: &str, guessed: &str) -> String {
    let (_, ending) = path.rsplit_once('.').unwrap_or_default();
    match ending {
        "wasm" => "application/wasm".to_owned(),
        "webmanifest" => "application/manifest+json".to_owned(),
        "html" | "css" | "js" => format!("{guessed}; charset=utf-8"),
        _ => guessed.to_owned(),
    }
}

fn absent(path: &str) -> Response {
    if path.ends_with("/index.html") {
        return axum::response::Html(NOT_BUILT).into_response();
    }
    ApiError::not_found("没有找到这个文件，请刷新页面。").into_response()
}

const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>暖线</title>\
<p>本程序没有包含网页。请在项目目录运行 make run，它会先构建网页。\
<p lang=\"en\">This program contains no web pages. Run make run in the project folder, which builds them.";

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(path: &str) -> Option<File> {
        let (content, mime): (&[u8], _) = match path {
            "field/index.html" => (b"<!doctype html>", "text/html"),
            "field/assets/core-4f2a.wasm" => (b"\0asm", "application/octet-stream"),
            "field/assets/core-4f2a.wasm.br" => (b"br", "application/octet-stream"),
            "field/manifest.webmanifest" => (b"{}", "application/octet-stream"),
            _ => return None,
        };
        Some(File {
            content: content.into(),
            mime: mime.to_owned(),
            sha256: [7; 32],
        })
    }

    fn ask(path: &str, headers: &[(header::HeaderName, &str)]) -> Response {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect();
        page(path, &headers, built)
    }

    fn header_of(response: &Response, name: header::HeaderName) -> &str {
        response
            .headers()
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn only_files_with_a_hash_in_their_name_are_kept_for_long() {
        let index = ask("field/index.html", &[]);
        assert_eq!(header_of(&index, header::CACHE_CONTROL), "no-cache");
        assert_eq!(
            header_of(&index, header::CONTENT_TYPE),
            "text/html; charset=utf-8"
        );
        let asset = ask("field/assets/core-4f2a.wasm", &[]);
        assert!(header_of(&asset, header::CACHE_CONTROL).contains("immutable"));
    }

    #[test]
    fn webassembly_and_manifest_have_the_type_that_browsers_insist_on() {
        for (path, mime) in [
            ("field/assets/core-4f2a.wasm", "application/wasm"),
            ("field/manifest.webmanifest", "application/manifest+json"),
        ] {
            assert_eq!(header_of(&ask(path, &[]), header::CONTENT_TYPE), mime);
        }
    }

    #[test]
    fn a_compressed_file_goes_only_to_a_browser_that_takes_it() {
        let path = "field/assets/core-4f2a.wasm";
        let encoding = |accepted| {
            let response = ask(path, &[(header::ACCEPT_ENCODING, accepted)]);
            header_of(&response, header::CONTENT_ENCODING).to_owned()
        };
        assert_eq!(encoding("gzip, deflate, br"), "br");
        assert_eq!(encoding("gzip"), "");
        assert_eq!(encoding("br;q=0"), "");
    }

    #[test]
    fn an_unchanged_page_is_not_sent_again() {
        let first = ask("field/index.html", &[]);
        let etag = header_of(&first, header::ETAG).to_owned();
        let again = ask("field/index.html", &[(header::IF_NONE_MATCH, &etag)]);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn a_hub_without_pages_says_what_to_do() {
        let response = page("office/index.html", &HeaderMap::new(), |_| None);
        assert_eq!(response.status(), StatusCode::OK);
        let response = page("office/assets/gone.js", &HeaderMap::new(), |_| None);
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}
