//! The office's lists without a question: a page of each view with how many it holds, and the counts above it.

use std::time::Instant;

use store::Db;
use store::tickets::{
    RequestKind, RequesterType, TicketColumn, TicketFilter, TicketOrder, Timeliness,
};
use sync_core::lifecycle::TicketState;

use super::fill::{SECRETARY, TENANT, TODAY};
use super::{TARGET, number, quantile};

fn views() -> Vec<(&'static str, TicketFilter)> {
    let all = TicketFilter::default;
    vec![
        ("all", all()),
        (
            "overdue",
            TicketFilter {
                due_before: Some(TODAY),
                ..all()
            },
        ),
        (
            "new",
            TicketFilter {
                status: Some(TicketState::FIRST),
                ..all()
            },
        ),
        (
            "closed",
            TicketFilter {
                status: Some(TicketState::ANSWERED),
                ..all()
            },
        ),
        (
            "enterprises",
            TicketFilter {
                requester_type: Some(RequesterType::Enterprise),
                ..all()
            },
        ),
        (
            "complaints",
            TicketFilter {
                request_kind: Some(Some(RequestKind::Complaint)),
                ..all()
            },
        ),
        (
            "supervised",
            TicketFilter {
                supervised: true,
                ..all()
            },
        ),
        (
            "late",
            TicketFilter {
                timeliness: Some(Timeliness::Late),
                ..all()
            },
        ),
    ]
}

/// Measures every view, and the counts of every column in it, for the office and for a community.
pub(crate) async fn measure(db: &Db) {
    for (whose, viewer) in [("office", None), ("community", Some(SECRETARY))] {
        for (view, filter) in views() {
            let filter = TicketFilter { viewer, ..filter };
            for asked in ["page", "counts"] {
                let mut times = Vec::new();
                let mut total = 0;
                for round in 0..=number("ROUNDS", 10) {
                    let begun = Instant::now();
                    total = ask(db, &filter, asked).await;
                    // The first round is for pages that are not in memory yet.
                    if round > 0 {
                        times.push(begun.elapsed());
                    }
                }
                let (half, most) = (quantile(&mut times, 50), quantile(&mut times, 95));
                let met = if most <= TARGET { "yes" } else { "**no**" };
                println!(
                    "| {} | tickets, the {whose}'s | {view}, {asked} | {total} | {half:.1} | {most:.1} | {met} |",
                    db.backend_name(),
                );
            }
        }
    }
}

async fn ask(db: &Db, filter: &TicketFilter, asked: &str) -> i64 {
    let mut tx = db.read().await.expect("a transaction");
    if asked == "page" {
        let page = tx.list_tickets_counted(TENANT, filter, TicketOrder::Due, None, 51);
        let (page, total) = page.await.expect("a page");
        assert_eq!(page.len(), usize::try_from(total.min(51)).unwrap_or(0));
        return total;
    }
    // What stands above the list: by where they stand, and by being in time.
    let mut totals = Vec::new();
    for column in [TicketColumn::Status, TicketColumn::Timeliness] {
        let counts = tx.count_tickets_by(TENANT, filter, column).await;
        totals.push(counts.expect("counts").values().sum::<i64>());
    }
    assert_eq!(totals.first(), totals.last());
    totals.first().copied().unwrap_or(0)
}
