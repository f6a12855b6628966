//! Invented requests and visits in the words of a sub-district office; none of them was ever made.

use sync_core::chance::Chance;

const ROADS: [&str; 16] = [
    "和平路",
    "解放东路",
    "文化西路",
    "历山南路",
    "花园路",
    "工业北路",
    "经十路",
    "黄台南路",
    "山大路",
    "建国小经三路",
    "闵子骞路",
    "洪家楼南路",
    "二环东路",
    "辛祝路",
    "华信路",
    "祝舜路",
];
const ESTATES: [&str; 20] = [
    "和平小区",
    "东方花园",
    "幸福家园",
    "阳光舜城",
    "翡翠郡",
    "机床二厂宿舍",
    "供电局宿舍",
    "绿地新苑",
    "金色家园",
    "祝甸小区",
    "锦绣泉城",
    "长盛小区",
    "鲁能康桥",
    "黄台小区",
    "嘉馨花园",
    "七里堡东区",
    "洪苑小区",
    "文景园",
    "名士豪庭",
    "山东大学老校宿舍",
];
const MATTERS: [&str; 24] = [
    "楼道堆物",
    "楼道堆放杂物",
    "电动车飞线充电",
    "路灯不亮",
    "下水道堵塞",
    "楼顶漏水",
    "垃圾清运不及时",
    "夜间施工噪声扰民",
    "占道经营",
    "机动车乱停乱放",
    "消防通道被堵塞",
    "私搭乱建",
    "暖气不热",
    "电梯故障",
    "广场舞噪声扰民",
    "油烟扰民",
    "井盖破损",
    "树木遮挡采光",
    "物业不作为",
    "停车收费争议",
    "自来水压力小",
    "网线私拉乱接",
    "楼上漏水至楼下",
    "犬只不拴绳",
];
const DETAILS: [&str; 20] = [
    "已经持续半个多月，多次向物业反映，物业称无法处理",
    "堆放了纸箱、旧沙发和自行车，存在严重的火灾隐患",
    "家中有老人和孩子，出入非常不便",
    "每天晚上十点以后声音很大，严重影响居民休息",
    "雨天积水很深，行人无法通过",
    "社区工作人员来看过一次，之后没有下文",
    "其他楼层的居民也有同样的意见",
    "味道很大，夏天无法开窗",
    "之前清理过一次，没过几天又恢复原样",
    "希望工作人员到现场查看并给予答复",
    "楼下的商户把货物摆放在人行道上",
    "老旧小区没有物业公司，无人管理",
    "充电线从六楼窗户一直拉到一楼",
    "救护车和消防车都进不来",
    "墙面已经发霉脱落，地板也泡坏了",
    "对之前的处理结果不满意",
    "拨打过维修电话，一直无人上门",
    "孩子马上要中考，希望尽快解决",
    "邻居之间因为这件事发生过争吵",
    "建议统一设置停车位和充电桩",
];
const ASKS: [&str; 5] = [
    "请相关部门尽快核实处理。",
    "要求尽快协调解决并回复。",
    "望街道办事处派人到场查看。",
    "请予以处理。",
    "希望给出明确的解决时间。",
];
const FOUND: [&str; 14] = [
    "三楼楼道堆放纸箱和旧家具",
    "消防通道目前畅通",
    "单元门口停放电动车四辆",
    "住户不在家，已张贴通知",
    "与住户当面沟通",
    "住户答应三天内自行清走",
    "联系物业安排保洁人员清理",
    "现场拍照留存",
    "已告知飞线充电的危害并发放宣传页",
    "住户称无处存放，不愿意配合",
    "下周复查",
    "会同社区民警上门劝导",
    "当场清走杂物约两车",
    "向诉求人回电说明情况，诉求人表示认可",
];
/// Characters of names and odd words, so that some texts have parts that hardly any other has.
const RARE: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎";

/// One of several texts.
fn one<'a>(of: &[&'a str], chance: &mut Chance) -> &'a str {
    chance.pick(of).copied().unwrap_or_default()
}

/// A request as the hotline passes it on.
pub(crate) struct Request {
    pub(crate) title: String,
    pub(crate) address: String,
    pub(crate) description: String,
    pub(crate) category: &'static str,
}

/// Some 20, 20 and 120 characters.
pub(crate) fn request(chance: &mut Chance) -> Request {
    let (estate, matter) = (one(&ESTATES, chance), one(&MATTERS, chance));
    let (building, stair) = (1 + chance.below(40), 1 + chance.below(6));
    let address = format!(
        "{}{}号{estate}{building}号楼{stair}单元",
        one(&ROADS, chance),
        1 + chance.below(200),
    );
    let mut description = format!(
        "市民反映：{address}{}室，{matter}，",
        101 + chance.below(600)
    );
    for _ in 0..2 + chance.below(4) {
        description += one(&DETAILS, chance);
        description.push('，');
    }
    if chance.one_in(3) {
        description += &format!("联系人{}，", name(chance));
    }
    description += one(&ASKS, chance);
    Request {
        title: format!("{estate}{building}号楼{matter}"),
        address,
        description,
        category: one(
            &["城市管理", "住房建设", "生态环境", "公共安全", "社区服务"],
            chance,
        ),
    }
}

/// Some 200 characters, in the three notes of a visit.
pub(crate) fn visit(chance: &mut Chance) -> Vec<String> {
    let note = |chance: &mut Chance| {
        let mut note = String::new();
        for _ in 0..6 {
            note += one(&FOUND, chance);
            note.push('，');
        }
        note + one(&ASKS, chance)
    };
    vec![
        note(chance),
        note(chance),
        format!("{}室{}", 101 + chance.below(600), name(chance)),
    ]
}

fn name(chance: &mut Chance) -> String {
    let letters: Vec<char> = RARE.chars().collect();
    (0..3).filter_map(|_| chance.pick(&letters)).collect()
}

/// Kinds of questions with some of each, asked in turn.
pub(crate) const QUESTIONS: [(&str, &[&str]); 6] = [
    ("one character", &["楼", "市", "漏", "7"]),
    ("common two characters", &["小区", "楼道", "号楼", "物业"]),
    (
        "a usual word",
        &["消防通道", "飞线充电", "暖气不热", "漏水"],
    ),
    (
        "long",
        &[
            "楼道堆放杂物，已经持续半个多月",
            "和平小区7号楼",
            "救护车和消防车都进不来",
            "存在严重的火灾隐患",
        ],
    ),
    ("rare", &["赵钱孙", "陶姜戚", "12号楼6单元699室", "BT-0042"]),
    (
        "not there",
        &["饕餮盛宴", "物业小区楼道", "充电线从七楼", "小区 饕餮"],
    ),
];
