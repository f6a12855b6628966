//! The tickets of the demonstration: a sheet as an office would import it, and who gets which.

use sync_core::Timestamp;
use time::OffsetDateTime;
use time::macros::{format_description, offset};

use super::cast::People;
use super::error::DemoError;
use super::life::{Desk, Reached};
use super::story::{Story, office_user};
use hub::app::App;
use hub::tickets::assign::{AssignRequest, AssignTo, assign};
use store::tickets::AssigneeKind;
use sync_core::lifecycle::{TicketState, TicketStep};
use tables::Mapping;
use tables::intake::{self, Destination};
use tables::street::Street;

pub(super) const STAIRWELLS: &str = "BY-0001";
pub(super) const MARKET: &str = "BY-0002";
pub(super) const BROADBAND: &str = "BY-0003";
pub(super) const WASTE: &str = "BY-0004";
pub(super) const MANHOLE: &str = "BY-0005";

/// Who has a ticket, or how it ended.
enum Fate {
    /// With a community or grid, by code.
    Unit(&'static str),
    /// With a person, by username.
    Person(&'static str),
    /// Done or struck, without a visit.
    Ended(TicketStep),
    /// As far as people at desks took it.
    Gone(Reached),
    /// With a unit, and late: the leader has asked why.
    Supervised(&'static str),
    /// Nobody has it yet.
    New,
}
use Fate::{Ended, Gone, New, Person, Supervised, Unit};

struct Case {
    no: &'static str,
    channel: &'static str,
    kind: &'static str,
    requester_type: &'static str,
    title: &'static str,
    description: &'static str,
    category: [&'static str; 3],
    address: &'static str,
    community: &'static str,
    requester: &'static str,
    phone: &'static str,
    /// Hours before now at which it was dispatched, and hours from now until it is due.
    hours: (i64, i64),
    urgency: &'static str,
    fate: Fate,
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case {
        no: STAIRWELLS, channel: "12345电话", kind: "投诉", requester_type: "市民",
        title: "黄台南路69号院楼道堆放杂物",
        description: "69号院是老旧小区，没有物业。楼道里堆了纸箱、旧沙发等易燃杂物，通道很窄，容易引发火灾，希望尽快清理。",
        category: ["城市管理", "公共安全", "楼道堆物"], address: "黄台南路69号院", community: "南路社区",
        requester: "李女士", phone: "13800000069", hours: (52, 20), urgency: "紧急", fate: Unit("BY0101"),
    },
    Case {
        no: MARKET, channel: "12345电话", kind: "求助", requester_type: "企业",
        title: "七一路菜市场装修被要求停工",
        description: "风雅苑5号楼底商的菜市场正按计划装修升级，楼上业主嫌噪声大，强烈要求停工。施工方进退两难，希望街道协调施工时间。",
        category: ["城乡建设", "施工管理", "施工扰民"], address: "七一路风雅苑5号楼底商", community: "七一社区",
        requester: "王先生", phone: "13800000005", hours: (76, 44), urgency: "一般", fate: Unit("BY0201"),
    },
    Case {
        no: BROADBAND, channel: "12345电话", kind: "求助", requester_type: "企业",
        title: "茶叶批发市场宽带卡顿、信号差",
        description: "市场整栋楼通信信号差，移动宽带时断时续，影响收款和直播卖茶，不知道该找谁处理。",
        category: ["经济综合", "营商环境", "通信保障"], address: "黄台茶叶批发市场2号楼", community: "茶市社区",
        requester: "闫女士", phone: "13800000021", hours: (30, 210), urgency: "紧急", fate: Person("xu.jiacheng"),
    },
    Case {
        no: WASTE, channel: "网格巡查", kind: "其他", requester_type: "市民",
        title: "柳岸路垃圾桶满溢",
        description: "巡查发现柳岸路东口两只垃圾桶满溢，周边有散落垃圾，需要当日清运。",
        category: ["城市管理", "市容环卫", "垃圾清运"], address: "柳岸路东口", community: "南路社区",
        requester: "", phone: "", hours: (6, 4), urgency: "一般", fate: Unit("BY0101"),
    },
    Case {
        no: MANHOLE, channel: "微信", kind: "投诉", requester_type: "市民",
        title: "南路12号门前井盖松动异响",
        description: "门前人行道井盖松动，车一过就响，夜里影响休息，也怕老人绊倒。",
        category: ["城乡建设", "市政设施", "井盖维护"], address: "南路12号", community: "南路社区",
        requester: "赵某某", phone: "13800000012", hours: (28, 16), urgency: "一般", fate: Person("lin.xiaoman"),
    },
    Case {
        no: "BY-0006", channel: "12345电话", kind: "投诉", requester_type: "市民",
        title: "早市占道经营影响通行",
        description: "每天早上六点到八点，七一路北段流动摊贩占用非机动车道，接送孩子的家长只能走机动车道。",
        category: ["城市管理", "街面秩序", "占道经营"], address: "七一路北段", community: "七一社区",
        requester: "孙某某", phone: "13800000031", hours: (20, 30), urgency: "一般", fate: Unit("BY02"),
    },
    Case {
        no: "BY-0007", channel: "市长信箱", kind: "建议", requester_type: "市民",
        title: "建议老旧小区加装充电棚",
        description: "小区没有电动自行车充电棚，居民从窗户拉线充电，有安全隐患，建议统筹加装。",
        category: ["城乡建设", "老旧小区改造", "充电设施"], address: "南路20号院", community: "南路社区",
        requester: "周某某", phone: "13800000032", hours: (8, 112), urgency: "一般", fate: New,
    },
    Case {
        no: "BY-0008", channel: "12345电话", kind: "求助", requester_type: "市民",
        title: "租房到期房东不退押金",
        description: "租约到期后房东以墙面有划痕为由不退押金，双方说法不一，希望社区帮助调解。",
        category: ["社会事业", "住房租赁", "租房退押金"], address: "柳岸路8号", community: "柳岸社区",
        requester: "吴某某", phone: "13800000033", hours: (3, 117), urgency: "一般", fate: New,
    },
    Case {
        no: "BY-0009", channel: "12345电话", kind: "投诉", requester_type: "市民",
        title: "三楼住户深夜装修噪声",
        description: "3号楼三楼住户夜里十一点后仍在用电钻，多次沟通无效，家里有备考的学生。",
        category: ["生态环境", "噪声污染", "装修噪声"], address: "茶市路3号楼", community: "茶市社区",
        requester: "郑某某", phone: "13800000034", hours: (60, -3), urgency: "紧急", fate: Unit("BY0301"),
    },
    Case {
        no: "BY-0010", channel: "12345电话", kind: "投诉", requester_type: "企业",
        title: "市场西门夜间货车堵路",
        description: "市场西门夜间卸货车辆并排停放，商户进不了货，消防通道也被挡住。",
        category: ["城市管理", "公共安全", "消防通道"], address: "茶叶批发市场西门", community: "茶市社区",
        requester: "某某茶业有限公司", phone: "0531-00000010", hours: (90, -26), urgency: "特急", fate: Supervised("BY03"),
    },
    Case {
        no: "BY-0011", channel: "省级热线", kind: "举报", requester_type: "市民",
        title: "反映工地拖欠工资",
        description: "在柳岸路改造工地干活两个月，只发了一个月工资，包工头电话不接。",
        category: ["劳动和社会保障", "劳动报酬", "欠薪"], address: "柳岸路改造工地", community: "柳岸社区",
        requester: "钱某某", phone: "13800000035", hours: (1, 23), urgency: "紧急", fate: New,
    },
    Case {
        no: "BY-0012", channel: "APP", kind: "咨询", requester_type: "市民",
        title: "咨询高龄补贴办理材料",
        description: "老人今年满八十，想了解高龄补贴需要准备哪些材料，能不能代办。",
        category: ["社会事业", "民政服务", "高龄补贴"], address: "", community: "七一社区",
        requester: "冯某某", phone: "13800000036", hours: (120, -24), urgency: "一般", fate: Ended(TicketStep::Close),
    },
    Case {
        no: "BY-0013", channel: "12345电话", kind: "表扬", requester_type: "市民",
        title: "表扬楼道长帮忙找回老人",
        description: "家中老人走失，楼道长带着邻居找了两个小时，把老人送回家，特来表扬。",
        category: ["社会事业", "社区服务", "表扬"], address: "南路69号院", community: "南路社区",
        requester: "褚某某", phone: "13800000037", hours: (140, -20), urgency: "一般", fate: Ended(TicketStep::Close),
    },
    Case {
        no: "BY-0014", channel: "12345电话", kind: "投诉", requester_type: "市民",
        title: "重复件：69号院楼道杂物",
        description: "与前日反映的69号院楼道堆物为同一件事，已并入办理。",
        category: ["城市管理", "公共安全", "楼道堆物"], address: "黄台南路69号院", community: "南路社区",
        requester: "李女士", phone: "13800000069", hours: (40, 32), urgency: "一般", fate: Ended(TicketStep::Cancel),
    },
    Case {
        no: "BY-0015", channel: "12345电话", kind: "投诉", requester_type: "市民",
        title: "物业停电梯检修未通知",
        description: "电梯停了一天没有通知，八楼老人看病下不了楼，要求物业说明恢复时间并提前告知。",
        category: ["城乡建设", "物业服务", "电梯维保"], address: "七一路18号楼", community: "七一社区",
        requester: "卫某某", phone: "13800000038", hours: (2, 2), urgency: "特急", fate: New,
    },
    Case {
        no: "BY-0016", channel: "12345电话", kind: "投诉", requester_type: "市民",
        title: "南路小广场三盏路灯不亮",
        description: "小广场的三盏路灯坏了一周，晚上看不清台阶，老人容易摔倒，请尽快维修。",
        category: ["市政设施", "道路设施", "路灯照明"], address: "南路小广场", community: "南路社区",
        requester: "蒋某某", phone: "13800000039", hours: (50, 62), urgency: "一般", fate: Gone(Reached::Told),
    },
    Case {
        no: "BY-0017", channel: "12345电话", kind: "投诉", requester_type: "市民",
        title: "柳岸路公交站牌倾斜",
        description: "站牌底座松动，风大时晃得厉害，担心砸到候车的人。",
        category: ["市政设施", "道路设施", "公交站牌"], address: "柳岸路公交站", community: "柳岸社区",
        requester: "沈某某", phone: "13800000040", hours: (70, 40), urgency: "紧急", fate: Gone(Reached::Evaluated),
    },
    Case {
        no: "BY-0018", channel: "12345电话", kind: "求助", requester_type: "企业",
        title: "加工车间申请用电增容没有进展",
        description: "新上一条生产线，用电增容申请交了半个月还没有答复，设备已经到货，请帮助协调。",
        category: ["经济综合", "营商环境", "用电保障"], address: "柳岸路26号", community: "柳岸社区",
        requester: "某某食品有限公司", phone: "13800000041", hours: (5, 235), urgency: "一般", fate: Gone(Reached::WithTeam),
    },
];

/// Imports what is missing and gives it to whoever is to have it.
pub(super) async fn tickets(
    street: &Street,
    people: &People,
    now: Timestamp,
    app: &App,
) -> Result<(), DemoError> {
    let story = Story::of(street, app);
    for case in CASES {
        let dispatched_at = now.plus_millis(-case.hours.0 * 3_600_000);
        app.clock().set(dispatched_at.plus_millis(5 * 60_000));
        if story.knows(case.no).await? {
            meet(case, &story, people, now).await?;
            continue;
        }
        let file = intake::open(sheet(case, now)?.into(), Mapping::embedded()?, None).await?;
        let to = Destination {
            take_over: tables::TakeOver::Nothing,
            tenant: street.tenant,
            by: Some(people.id("chen.yining")?),
        };
        intake::take_in(app.tables(), to, file, |_| {}).await?;
        app.clock().set(dispatched_at.plus_millis(12 * 60_000));
        meet(case, &story, people, now).await?;
    }
    Ok(())
}

/// Lets the case's fate happen, unless something has happened to the ticket already.
async fn meet(
    case: &Case,
    story: &Story<'_>,
    people: &People,
    now: Timestamp,
) -> Result<(), DemoError> {
    let ticket = story.ticket(case.no).await?;
    let desk = Desk {
        story,
        people,
        ticket: ticket.row.id,
    };
    if ticket.row.status != TicketState::FIRST {
        return Ok(());
    }
    let to = match case.fate {
        New => return Ok(()),
        Ended(status) => return story.end(ticket.row.id, status).await,
        Gone(reached) => return desk.go(reached, now).await,
        Person(username) => AssignTo {
            kind: AssigneeKind::Person,
            id: people.id(username)?,
        },
        Unit(code) | Supervised(code) => story.unit(code).await?,
    };
    let request = AssignRequest {
        to,
        assigned_before: ticket.row.assigned.as_ref().map(|has| has.id),
        note: Some("请按时限联系诉求人并到场核实。".to_owned()),
    };
    let user = office_user(story.tenant(), people)?;
    let app = axum::extract::State(story.app().clone());
    let _ = assign(
        app,
        user,
        hub::telemetry::RequestId::default(),
        axum::extract::Path(ticket.row.id),
        axum::Json(request),
    )
    .await?;
    if matches!(case.fate, Supervised(_)) {
        desk.supervise(now).await?;
    }
    Ok(())
}

/// The case as a table of one row.
fn sheet(case: &Case, now: Timestamp) -> Result<Vec<u8>, DemoError> {
    const HEADER: [&str; 17] = [
        "工单编号",
        "来源渠道",
        "诉求类型",
        "诉求主体",
        "标题",
        "内容",
        "类别大类",
        "类别中类",
        "类别小类",
        "地址",
        "社区",
        "诉求人",
        "联系电话",
        "派发时间",
        "办理时限",
        "紧急程度",
        "承办单位",
    ];
    let hour = |hours: i64| local(now.plus_millis(hours * 3_600_000));
    let [large, middle, small] = case.category;
    let (dispatched, due) = (hour(-case.hours.0)?, hour(case.hours.1)?);
    let mut table = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| DemoError::Story(error.to_string());
    table.write_record(HEADER).map_err(failed)?;
    table
        .write_record([
            case.no,
            case.channel,
            case.kind,
            case.requester_type,
            case.title,
            case.description,
            large,
            middle,
            small,
            case.address,
            case.community,
            case.requester,
            case.phone,
            &dispatched,
            &due,
            case.urgency,
            "北园街道（演示）",
        ])
        .map_err(failed)?;
    table
        .into_inner()
        .map_err(|error| DemoError::Story(error.to_string()))
}

fn local(time: Timestamp) -> Result<String, DemoError> {
    let moment = OffsetDateTime::from_unix_timestamp(time.seconds())
        .map_err(|error| DemoError::Story(error.to_string()))?;
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let moment = moment.to_offset(offset!(+8));
    moment
        .format(format)
        .map_err(|error| DemoError::Story(error.to_string()))
}
