//! Many visits on disk.

use store::Db;

use super::figures::Figures;
use super::{Bench, PHONES, VISITS, push_all};

/// Pushes visits until there are so many more.
pub(super) async fn fill(
    bench: &mut Bench,
    visits: usize,
    numbers: &mut impl Iterator<Item = u64>,
) {
    let mut left = visits;
    while left > 0 {
        let each = left.div_ceil(PHONES).min(VISITS);
        let phones = left.div_ceil(each).min(PHONES);
        for (phone, grid) in bench.phones.iter_mut().zip(&bench.grids).take(phones) {
            phone.record(each, grid, numbers);
        }
        push_all(bench, each * phones * 30).await;
        left = left.saturating_sub(each * phones);
    }
}

/// Bytes a visit, by table and index. PostgreSQL keeps its files elsewhere and is left out.
pub(super) async fn measure(mut bench: Bench, visits: usize, figures: &mut Figures) {
    let Db::Sqlite { write, .. } = &bench.store else {
        return;
    };
    bench.hub.stop().expect("the hub stops");
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(write)
        .await
        .expect("a checkpoint");
    let file = bench.hub.folder().join("warmline.sqlite");
    let bytes = std::fs::metadata(file).expect("the file").len();
    figures.note(
        "database, a visit",
        "bytes",
        Some(4096.0),
        bytes as f64 / visits as f64,
    );
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC")
            .fetch_all(write)
            .await
            .expect("the sizes of tables");
    for (name, bytes) in rows.into_iter().take(14) {
        eprintln!(
            "    {name}: {:.0} bytes a visit",
            bytes as f64 / visits as f64
        );
    }
}
