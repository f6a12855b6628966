//! No personal data and no secret reaches the log, whatever the level.

use std::io::Write;
use std::sync::{Arc, Mutex};

use harness::on_both_backends;
use harness::phone::post;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::sync::street::Street;

on_both_backends! {
    a_day_of_work_leaves_no_personal_data_and_no_secret_in_the_log,
}

const PLACE: &str = "黄台南路虚构号院九栋";
const SAID: &str = "住户说下周搬走纸箱";
const PHONE: &str = "13800005678";
const NAME: &str = "欧阳虚构";
const PASSWORD: &str = "never-in-a-log-2026";

/// Everything that was logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("nobody panicked while logging")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

async fn a_day_of_work_leaves_no_personal_data_and_no_secret_in_the_log(mut street: Street) {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_env_filter("trace,hyper=off,h2=off,sqlx=debug")
        .with_writer(kept.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", PLACE);
    street.worker.set(doc, "measure", SAID);
    street.worker.sync(&street.hub).await;
    // What is refused is kept, and told to the log by its code alone.
    let mut stranger = street.worker.request();
    stranger.app = NAME.to_owned();
    let _ = post(&street.hub, &street.captain.caller, &stranger).await;
    let csv = format!(
        "工单编号,标题,内容,诉求人,联系电话,派发时间\nT-1,堆物,请清理,{NAME},{PHONE},2026-11-24 08:00\n,坏行,{NAME},{NAME},{PHONE},昨天\n"
    );
    let import = axum::http::Request::post("/v1/imports?filename=t.csv&source=auto")
        .header("authorization", street.hub.bearer(&street.office))
        .body(csv.into())
        .expect("a request");
    let _ = street.hub.send(import).await;
    let login = json!({ "username": NAME, "password": PASSWORD });
    let _ = street.hub.post("/v1/login", &street.office, &login).await;
    let bearer = street.hub.bearer(&street.office);
    drop(guard);

    let log = String::from_utf8(kept.0.lock().expect("no panic").clone()).expect("text");
    assert!(
        log.contains("tickets imported"),
        "the log was not captured:\n{log}"
    );
    let token = bearer.trim_start_matches("Bearer ");
    for secret in [PLACE, SAID, PHONE, NAME, PASSWORD, token] {
        assert!(!log.contains(secret), "the log says {secret}:\n{log}");
    }
}
