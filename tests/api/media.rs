//! Photos on their way in: resumable upload and refusals.

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use harness::backends::Backend;
use harness::on_both_backends;
use harness::photos;
use harness::test_app::{Answer, Caller, TestApp};
use store::devices::DeviceKind;
use sync_core::{MediaHash, Role};

on_both_backends! {
    a_lost_answer_to_the_last_part_is_made_good,
    a_part_at_the_wrong_place_changes_nothing_and_is_told_the_right_one,
    a_device_that_filled_its_day_with_photos_goes_on_tomorrow,
    a_photo_arrives_in_parts_and_comes_back_byte_for_byte,
    an_upload_goes_on_after_a_crash_of_the_hub,
    a_voice_note_comes_back_as_it_was_said_has_no_picture_and_a_film_is_refused,
    other_files_and_pictures_too_large_are_refused,
    parts_sent_twice_at_once_are_taken_once,
    what_does_not_have_its_hash_is_dropped,
}

/// One `PATCH`.
pub(crate) struct Part<'a> {
    pub(crate) offset: usize,
    pub(crate) bytes: &'a [u8],
    pub(crate) last: bool,
}

pub(crate) fn patch(
    app: &TestApp,
    caller: &Caller,
    hash: MediaHash,
    part: &Part<'_>,
) -> Request<Body> {
    Request::patch(format!("/v1/media/{hash}"))
        .header(header::AUTHORIZATION, app.bearer(caller))
        .header(header::CONTENT_TYPE, "application/partial-upload")
        .header("upload-offset", part.offset)
        .header("upload-complete", if part.last { "?1" } else { "?0" })
        .body(Bytes::copy_from_slice(part.bytes).into())
        .unwrap()
}

pub(crate) async fn send(
    app: &TestApp,
    caller: &Caller,
    hash: MediaHash,
    part: Part<'_>,
) -> Answer {
    app.send(patch(app, caller, hash, &part)).await
}

/// Sends a whole photo as one part, from a phone of the person's.
pub(crate) async fn upload(app: &TestApp, caller: &Caller, file: &[u8]) -> Answer {
    let phone = app.sign_in_again(DeviceKind::Phone, caller).await;
    let part = Part {
        offset: 0,
        bytes: file,
        last: true,
    };
    send(app, &phone, MediaHash::of(file), part).await
}

pub(crate) async fn ask(app: &TestApp, caller: &Caller, hash: MediaHash) -> Answer {
    let request = Request::head(format!("/v1/media/{hash}"))
        .header(header::AUTHORIZATION, app.bearer(caller))
        .body(Body::empty())
        .unwrap();
    app.send(request).await
}

pub(crate) async fn show(app: &TestApp, caller: &Caller, hash: MediaHash, size: &str) -> Answer {
    app.get(&format!("/v1/media/{hash}?size={size}"), caller)
        .await
}

async fn a_photo_arrives_in_parts_and_comes_back_byte_for_byte(app: TestApp) {
    let officer = app.sign_in(Role::OfficeReviewer, &[]).await;
    let worker = app.sign_in(Role::GridWorker, &[]).await;
    let file = photos::jpeg(900, 700, 1);
    let hash = MediaHash::of(&file);
    assert_eq!(ask(&app, &worker, hash).await.status, StatusCode::NOT_FOUND);

    let third = file.len() / 3;
    for (offset, end) in [(0, third), (third, 2 * third), (2 * third, file.len())] {
        let part = Part {
            offset,
            bytes: &file[offset..end],
            last: end == file.len(),
        };
        let answer = send(&app, &worker, hash, part).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert_eq!(answer.header("upload-offset"), end.to_string());
        let asked = ask(&app, &worker, hash).await;
        assert_eq!(asked.header("upload-offset"), end.to_string());
        let complete = if end == file.len() { "?1" } else { "?0" };
        assert_eq!(asked.header("upload-complete"), complete);
    }

    let original = show(&app, &officer, hash, "original").await;
    assert_eq!(original.status, StatusCode::OK);
    assert_eq!(original.body, file);
    assert_eq!(original.header("content-length"), file.len().to_string());
}

async fn a_part_at_the_wrong_place_changes_nothing_and_is_told_the_right_one(app: TestApp) {
    let worker = app.sign_in(Role::GridWorker, &[]).await;
    let file = photos::jpeg(300, 200, 2);
    let hash = MediaHash::of(&file);
    let part = |offset, end| Part {
        offset,
        bytes: &file[offset..end],
        last: false,
    };

    let early = send(&app, &worker, hash, part(50, 100)).await;
    assert_eq!(
        (early.status, early.header("upload-offset")),
        (StatusCode::CONFLICT, "0")
    );
    assert_eq!(early.code(), "wrong_offset");
    assert_eq!(
        send(&app, &worker, hash, part(0, 100)).await.status,
        StatusCode::NO_CONTENT
    );
    for offset in [0, 99, 101] {
        let answer = send(&app, &worker, hash, part(offset, 150)).await;
        assert_eq!(
            (answer.status, answer.header("upload-offset")),
            (StatusCode::CONFLICT, "100")
        );
    }
    let rest = Part {
        offset: 100,
        bytes: &file[100..],
        last: true,
    };
    assert_eq!(
        send(&app, &worker, hash, rest).await.status,
        StatusCode::NO_CONTENT
    );
}

async fn a_lost_answer_to_the_last_part_is_made_good(app: TestApp) {
    let worker = app.sign_in(Role::GridWorker, &[]).await;
    let file = photos::jpeg(300, 200, 3);
    let hash = MediaHash::of(&file);
    assert_eq!(
        upload(&app, &worker, &file).await.status,
        StatusCode::NO_CONTENT
    );

    let again = upload(&app, &worker, &file).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(again.header("upload-complete"), "?1");
    assert_eq!(again.header("upload-offset"), file.len().to_string());
    let nothing_more = Part {
        offset: file.len(),
        bytes: &[],
        last: true,
    };
    let answer = send(&app, &worker, hash, nothing_more).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

async fn parts_sent_twice_at_once_are_taken_once(app: TestApp) {
    let officer = app.sign_in(Role::OfficeReviewer, &[]).await;
    let worker = app.sign_in(Role::GridWorker, &[]).await;
    let file = photos::jpeg(1200, 900, 4);
    let hash = MediaHash::of(&file);
    let mut offset = 0;
    while offset < file.len() {
        let end = (offset + 20_000).min(file.len());
        let part = || Part {
            offset,
            bytes: &file[offset..end],
            last: end == file.len(),
        };
        let (a, b, c) = tokio::join!(
            send(&app, &worker, hash, part()),
            send(&app, &worker, hash, part()),
            send(&app, &worker, hash, part()),
        );
        for answer in [&a, &b, &c] {
            assert!([StatusCode::NO_CONTENT, StatusCode::CONFLICT].contains(&answer.status));
            assert_eq!(answer.header("upload-offset"), end.to_string());
        }
        offset = end;
    }
    assert_eq!(show(&app, &officer, hash, "original").await.body, file);
}

async fn an_upload_goes_on_after_a_crash_of_the_hub(app: TestApp) {
    let worker = app.sign_in(Role::GridWorker, &[]).await;
    let file = photos::jpeg(300, 200, 5);
    let hash = MediaHash::of(&file);
    let first = Part {
        offset: 0,
        bytes: &file[..70],
        last: false,
    };
    assert_eq!(
        send(&app, &worker, hash, first).await.status,
        StatusCode::NO_CONTENT
    );

    let app = app.reopen().await;
    assert_eq!(ask(&app, &worker, hash).await.header("upload-offset"), "70");
    let rest = Part {
        offset: 70,
        bytes: &file[70..],
        last: true,
    };
    assert_eq!(
        send(&app, &worker, hash, rest).await.status,
        StatusCode::NO_CONTENT
    );

    // Its thumbnails were still wanted when the hub stopped.
    let app = app.reopen().await;
    app.app().thumbnailer().make_pending().await.unwrap();
    let officer = app.sign_in(Role::OfficeReviewer, &[]).await;
    assert_eq!(
        show(&app, &officer, hash, "320").await.status,
        StatusCode::OK
    );
}

async fn what_does_not_have_its_hash_is_dropped(app: TestApp) {
    let worker = app.sign_in(Role::GridWorker, &[]).await;
    let file = photos::jpeg(300, 200, 6);
    let hash = MediaHash::of(&file);
    let mut damaged = file.clone();
    damaged[file.len() / 2] ^= 1;
    let part = |bytes| Part {
        offset: 0,
        bytes,
        last: true,
    };

    let answer = send(&app, &worker, hash, part(&damaged)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.code(), "hash_mismatch");
    assert_eq!(ask(&app, &worker, hash).await.status, StatusCode::NOT_FOUND);
    let answer = send(&app, &worker, hash, part(&file)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

/// What a browser records: the head of the container, the name of the codec, and sound.
fn recorded(codec: &[u8]) -> Vec<u8> {
    let mut file = vec![0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x86, 0x81, 1];
    file.extend_from_slice(b"B\x82\x84webm");
    file.extend_from_slice(codec);
    file.extend((0..4_000_u32).flat_map(u32::to_le_bytes));
    file
}

async fn a_voice_note_comes_back_as_it_was_said_has_no_picture_and_a_film_is_refused(app: TestApp) {
    let officer = app.sign_in(Role::OfficeReviewer, &[]).await;
    let worker = app.sign_in(Role::GridWorker, &[]).await;
    let voice = recorded(b"A_OPUS");
    let hash = MediaHash::of(&voice);
    assert_eq!(
        upload(&app, &worker, &voice).await.status,
        StatusCode::NO_CONTENT
    );
    let answer = show(&app, &officer, hash, "original").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body, voice);
    assert_eq!(answer.header("content-type"), "audio/webm");
    let answer = show(&app, &officer, hash, "320").await;
    assert_eq!(answer.code(), "thumbnail_failed");
    for film in [recorded(b"V_VP9"), recorded(b"A_OPUS V_VP8")] {
        let answer = upload(&app, &worker, &film).await;
        assert_eq!(answer.code(), "media_type_refused");
    }
}

async fn other_files_and_pictures_too_large_are_refused(app: TestApp) {
    let worker = app.sign_in(Role::GridWorker, &[]).await;
    let gif_and_script = b"GIF89a/*\x01\0\x01\0\0*/=1;alert(document.domain)//".to_vec();
    let mut pdf_before_jpeg = b"%PDF-1.7\n".to_vec();
    pdf_before_jpeg.extend(photos::jpeg(30, 20, 1));
    for (file, status, code) in [
        (
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec(),
            415,
            "media_type_refused",
        ),
        (
            b"<!doctype html><script>alert(1)</script>".to_vec(),
            415,
            "media_type_refused",
        ),
        (gif_and_script, 415, "media_type_refused"),
        (pdf_before_jpeg, 415, "media_type_refused"),
        (b"\xff\xd8\xff".to_vec(), 415, "media_type_refused"),
        (
            photos::png_that_claims(30_000, 30_000),
            422,
            "picture_too_large",
        ),
        (
            photos::png_that_claims(12_001, 100),
            422,
            "picture_too_large",
        ),
        (
            photos::png_that_claims(8_000, 7_000),
            422,
            "picture_too_large",
        ),
    ] {
        let answer = upload(&app, &worker, &file).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (status, code)
        );
        let asked = ask(&app, &worker, MediaHash::of(&file)).await;
        assert_eq!(
            asked.status,
            StatusCode::NOT_FOUND,
            "nothing is kept of {code}"
        );
    }
}

#[test]
fn an_upload_without_its_headers_or_its_token_is_refused() {
    harness::backends::on_sqlite(async |backend: Backend| {
        let app = TestApp::open(backend, |_| {}).await;
        let worker = app.sign_in(Role::GridWorker, &[]).await;
        let file = photos::jpeg(30, 20, 9);
        let request = || {
            patch(
                &app,
                &worker,
                MediaHash::of(&file),
                &Part {
                    offset: 0,
                    bytes: &file,
                    last: true,
                },
            )
        };
        for (name, status) in [
            ("authorization", StatusCode::UNAUTHORIZED),
            ("content-type", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("upload-complete", StatusCode::BAD_REQUEST),
            ("upload-offset", StatusCode::BAD_REQUEST),
        ] {
            let mut request = request();
            request.headers_mut().remove(name);
            assert_eq!(app.send(request).await.status, status, "{name}");
        }
        for name in [
            "..%2f..%2fetc%2fpasswd",
            "ABCDEF",
            &"0".repeat(63),
            &"A".repeat(64),
        ] {
            let mut request = request();
            *request.uri_mut() = format!("/v1/media/{name}").parse().unwrap();
            assert_eq!(
                app.send(request).await.status,
                StatusCode::BAD_REQUEST,
                "{name}"
            );
        }
    });
}

async fn a_device_that_filled_its_day_with_photos_goes_on_tomorrow(backend: Backend) {
    const DAY: i64 = 24 * 3600 * 1000;
    let file = |seed| photos::jpeg(600, 400, seed);
    let size = file(1).len() as u64;
    let app = TestApp::open(backend, |config| {
        config.limits.max_photo_bytes_daily = 2 * size;
    })
    .await;
    let worker = app.sign_in(Role::GridWorker, &[]).await;
    let other = app.sign_in(Role::GridWorker, &[]).await;
    let whole = async |device: &Caller, file: &[u8]| {
        let part = Part {
            offset: 0,
            bytes: file,
            last: true,
        };
        send(&app, device, MediaHash::of(file), part).await
    };
    let once_more = async |file: &[u8]| {
        let part = Part {
            offset: file.len(),
            bytes: &[],
            last: true,
        };
        let answer = send(&app, &worker, MediaHash::of(file), part).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    };
    let mut stored = 0;
    let full = loop {
        let answer = whole(&worker, &file(stored + 1)).await;
        if answer.status != StatusCode::NO_CONTENT {
            break answer;
        }
        stored += 1;
        // Nothing is added by what is here already.
        once_more(&file(stored)).await;
    };
    assert!((2..=3).contains(&stored), "{stored}");
    assert_eq!(full.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(full.code(), "photo_quota");
    let detail = full.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("不会丢失"), "{detail}");
    once_more(&file(1)).await;
    let answer = whole(&other, &file(9)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    app.app().clock().advance(DAY);
    let answer = whole(&worker, &file(stored + 1)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}
