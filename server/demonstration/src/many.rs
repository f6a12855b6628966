//! Tickets by the thousand, as some years of such an office leave them: for whoever wants to see lists, counts and
//! searches at the size of real work. All invented, and the same for the same number.

use store::ticket_events::NewTicketEvent;
use store::tickets::{NewTicket, RequestKind, RequesterType, Urgency};
use store::units::{Unit, UnitKind};
use sync_core::chance::Chance;
use sync_core::lifecycle::{TicketState, TicketStep};
use sync_core::{Id, Timestamp};

use super::error::DemoError;
use hub::app::App;

/// Where these come from; their numbers are of this source alone.
const SOURCE: &str = "demo";
/// Rows of one transaction.
const TOGETHER: usize = 1_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// How far back they go.
const DAYS: i64 = 3 * 365;
/// Of a thousand: those still open, those done late, those of enterprises.
const OPEN: u64 = 15;
const LATE: u64 = 92;
const ENTERPRISES: u64 = 70;

/// Large, middle and small class, with what is said of it.
const MATTERS: [([&str; 3], &str); 12] = [
    (
        ["市容环卫", "环境卫生", "楼道堆物"],
        "楼道里堆放纸箱和旧家具，影响通行",
    ),
    (
        ["市容环卫", "市容秩序", "占道经营"],
        "早市摊位占用人行道，行人只能走机动车道",
    ),
    (
        ["市政设施", "道路设施", "路面破损"],
        "路面有坑，下雨积水，骑车容易摔倒",
    ),
    (
        ["市政设施", "排水设施", "井盖缺损"],
        "井盖松动，车辆经过时响声很大",
    ),
    (
        ["物业服务", "物业管理", "电梯故障"],
        "电梯这个月停了三次，老人上下楼不方便",
    ),
    (
        ["物业服务", "物业收费", "停车收费"],
        "停车费涨了，没有看到公示",
    ),
    (
        ["劳动保障", "工资报酬", "拖欠工资"],
        "工地两个月没有发工资，共有十余人",
    ),
    (
        ["市场监管", "消费维权", "租房押金"],
        "退租后押金一直没有退还",
    ),
    (["交通出行", "停车管理", "消防通道"], "消防通道上长期停着车"),
    (
        ["公共服务", "供水供热", "暖气不热"],
        "家里暖气不热，室温不到十六度",
    ),
    (
        ["公共服务", "通信服务", "宽带中断"],
        "商户宽带中断，无法收款",
    ),
    (
        ["噪声扰民", "生活噪声", "夜间施工"],
        "夜里还在施工，影响孩子休息",
    ),
];
const CHANNELS: [&str; 4] = ["12345电话", "省级热线", "微信", "市长信箱"];
const KINDS: [RequestKind; 5] = [
    RequestKind::Complaint,
    RequestKind::Complaint,
    RequestKind::Help,
    RequestKind::Inquiry,
    RequestKind::Suggestion,
];

/// Adds tickets until there are so many of them; tells after each thousand how many there are. Answers how many were
/// added.
pub(super) async fn tickets(
    tenant: Id,
    wanted: usize,
    app: &App,
    told: impl Fn(u64),
) -> Result<usize, DemoError> {
    let now = app.clock().now();
    let units: Vec<Unit> = {
        let mut tx = app.store().read().await?;
        tx.list_units(tenant).await?
    };
    let places: Vec<&Unit> = units
        .iter()
        .filter(|unit| unit.kind == UnitKind::Community)
        .collect();
    let mut chance = Chance::new(2_026, 1);
    let mut added = 0;
    let mut done = 0;
    while done < wanted {
        let count = TOGETHER.min(wanted - done);
        let made: Vec<Made> = (0..count)
            .map(|n| one(done + n, &places, now, &mut chance))
            .collect();
        let rows: Vec<NewTicket> = made.iter().map(|made| made.ticket.clone()).collect();
        let mut tx = app.store().begin().await?;
        let seq = tx.next_seq(tenant).await?;
        let new = tx.insert_tickets(tenant, &rows, seq).await?;
        added += new.len();
        for place in &places {
            let here = made
                .iter()
                .filter(|made| made.ticket.community == Some(place.id));
            let here: Vec<Id> = here
                .map(|made| made.ticket.id)
                .filter(|id| new.contains(id))
                .collect();
            tx.grant_ticket_scopes(tenant, &here, place.id, seq).await?;
        }
        for in_time in [true, false] {
            let told = made.iter().filter(|made| made.in_time == Some(in_time));
            let told: Vec<Id> = told
                .map(|made| made.ticket.id)
                .filter(|id| new.contains(id))
                .collect();
            tx.put_told_in_time(tenant, &told, in_time).await?;
        }
        let events: Vec<(Id, NewTicketEvent)> = new.iter().map(|id| (*id, imported(now))).collect();
        tx.append_ticket_events(tenant, &events).await?;
        tx.commit().await?;
        done += count;
        told(done as u64);
    }
    Ok(added)
}

fn imported(at: Timestamp) -> NewTicketEvent {
    NewTicketEvent {
        at,
        person: None,
        device: None,
        kind: "imported",
        detail: serde_json::json!({ "source": SOURCE }),
    }
}

struct Made {
    ticket: NewTicket,
    in_time: Option<bool>,
}

/// The ticket of this number: the same matter each time, so that a second run adds none twice.
fn one(number: usize, places: &[&Unit], now: Timestamp, chance: &mut Chance) -> Made {
    let open = chance.below(1_000) < OPEN;
    let late = chance.below(1_000) < LATE;
    let ago = if open {
        chance.below(72).cast_signed() * HOUR
    } else {
        chance.below(DAYS.cast_unsigned()).cast_signed() * DAY + 10 * DAY
    };
    let dispatched_at = now.plus_millis(-ago - HOUR);
    let (category, said) = chance.pick(&MATTERS).copied().unwrap_or(MATTERS[0]);
    let place = chance.pick(places);
    let building = chance.below(99) + 1;
    let address = place.map(|place| format!("{}{building}号楼", place.name));
    let due_at = dispatched_at.plus_millis(5 * DAY);
    let replied_at = due_at.plus_millis(if late { DAY } else { -DAY });
    let status = match (open, chance.below(3)) {
        (false, _) => TicketState::ANSWERED,
        (true, 0) => TicketState::FIRST,
        (true, 1) => TicketStep::Assign.to().unwrap_or_default(),
        (true, _) => TicketStep::Begin.to().unwrap_or_default(),
    };
    Made {
        ticket: NewTicket {
            id: chance.id(dispatched_at),
            source: SOURCE.to_owned(),
            upstream_no: Some(format!("YS{number:07}")),
            channel: chance.pick(&CHANNELS).map(|channel| (*channel).to_owned()),
            request_kind: chance.pick(&KINDS).copied(),
            requester_type: if chance.below(1_000) < ENTERPRISES {
                RequesterType::Enterprise
            } else {
                RequesterType::Citizen
            },
            title: format!("{}：{}", address.clone().unwrap_or_default(), category[2]),
            description: format!("{said}，请核实处理。"),
            category: category.map(|class| Some(class.to_owned())),
            address,
            community: place.map(|place| place.id),
            grid: None,
            unit_text: None,
            requester_masked: None,
            phone_masked: None,
            requester_sealed: None,
            status,
            urgency: Urgency::default(),
            dispatched_at,
            due_at: Some(due_at),
            created_at: dispatched_at,
            reply: (!open).then(|| "已核实处理，并向来电人说明。".to_owned()),
            replied_at: (!open).then_some(replied_at),
        },
        in_time: (!open).then_some(!late),
    }
}
