//! The looks at every clock: what one costs that finds nothing, one after a day's stop, and one at all that is open.

use std::time::{Duration, Instant};

use basis::{Clock, Rng};
use hub::App;
use hub::config::Config;
use hub::deadlines::sweep::look;
use store::Db;
use sync_core::Timestamp;

use super::fill::{TENANT, TODAY};

/// Processor time that a look may take of the hub, in milliseconds.
const TARGET: u128 = 1_000;
const MINUTE: i64 = 60_000;

/// Measures looks one after another, as after an import. Leaves the clocks of the tickets written.
pub(crate) async fn measure(db: &Db) {
    // A database remembers the folder that it was served from.
    let folder = format!("warmline-bench-search-{}", db.backend_name());
    let folder = std::env::temp_dir().join(folder);
    let config = Config::in_folder(&folder);
    let clock = Clock::fixed(TODAY.millis());
    let app = App::open_on(db.clone(), config, clock, Rng::seeded(7))
        .await
        .expect("a hub");
    println!(
        "\n| database | a look | tickets that show something else | wall ms | CPU ms of the hub | met |\n|---|---|---|---|---|---|"
    );
    let day = 24 * 60 * MINUTE;
    look_after(TODAY, "the first, after an import of all", &app).await;
    look_after(TODAY.plus_millis(MINUTE), "a minute later", &app).await;
    look_after(TODAY.plus_millis(day), "after a stop of a day", &app).await;
    let mut tx = db.begin().await.expect("a transaction");
    tx.mark_every_deadline(TENANT)
        .await
        .expect("all are marked");
    tx.commit().await.expect("it is written");
    look_after(
        TODAY.plus_millis(day),
        "at all that are open, after another calendar",
        &app,
    )
    .await;
    println!(
        "\n| database | list | question | hits | p50 ms | p95 ms | met |\n|---|---|---|---|---|---|---|"
    );
    if !super::keep() {
        let _ = std::fs::remove_dir_all(&folder);
    }
}

async fn look_after(now: Timestamp, name: &str, app: &App) {
    app.clock().set(now);
    let (cpu, begun) = (cpu(), Instant::now());
    let changed = look(app).await.expect("a look");
    let (cpu, wall) = (self::cpu().saturating_sub(cpu).as_millis(), begun.elapsed());
    let met = if cpu <= TARGET { "yes" } else { "**no**" };
    println!(
        "| {} | {name} | {changed} | {} | {cpu} | {met} |",
        app.store().backend_name(),
        wall.as_millis(),
    );
}

/// Processor time of this process so far.
fn cpu() -> Duration {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(
        u64::try_from(spent.tv_sec).unwrap_or(0),
        u32::try_from(spent.tv_nsec).unwrap_or(0),
    )
}
