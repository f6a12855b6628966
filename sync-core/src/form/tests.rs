use std::collections::BTreeSet;

use super::*;

fn filled(sections: &[Section], answers: &[(&str, Given)]) -> Filled {
    let mut filled = Filled {
        sections: sections.iter().copied().collect(),
        ..Filled::default()
    };
    for (question, given) in answers {
        let all = filled.answers.entry((*question).to_owned()).or_default();
        all.push(given.clone());
    }
    filled
}

fn choice(code: &str) -> Given {
    Given::Choice(code.to_owned())
}

const TEXT: &str = "表单 wages\n版本 2\n名称 欠薪核实 | Unpaid wages\n适用 劳动保障/工资\n角色 网格员\n\
    必填 到场 结果\n选填 照片\n题目 contract 单选 必填\n标题 有没有合同 | Contract\n选项 yes 有 | Yes\n选项 no 没有\n\
    题目 why 文字 必填\n标题 为什么\n字数 50\n条件 contract = no\n\
    题目 proof 多选\n标题 凭据\n选项 slip 欠条\n选项 list 考勤\n\
    题目 pages 数字 必填\n标题 几页\n范围 1 9\n单位 页 | pages\n条件 proof 含 list\n\
    题目 by 日期 必填\n标题 哪天\n条件 why 已答\n";

fn form() -> Form {
    Form::parse(TEXT.as_bytes()).unwrap()
}

fn whats(form: &Form, filled: &Filled) -> Vec<String> {
    let missing = form.missing(filled).into_iter();
    let named = |one: Missing| one.question.unwrap_or_else(|| format!("{:?}", one.what));
    missing.map(named).collect()
}

#[test]
fn every_shipped_form_is_read_back_as_it_was_written() {
    let forms = Form::shipped();
    assert_eq!(forms[0].id, GENERAL);
    let ids: BTreeSet<_> = forms.iter().map(|form| form.name()).collect();
    assert_eq!(ids.len(), forms.len());
    for form in forms.iter().chain([&form()]) {
        assert_eq!(Form::parse(form.to_string().as_bytes()).as_ref(), Ok(form));
    }
    // Who reads the phone in English finds no Chinese in a form of ours.
    for form in &forms {
        let labels = form.questions.iter().flat_map(|question| {
            let options = question.kind.options().iter().map(|option| &option.label);
            let unit = match &question.kind {
                QuestionKind::Number { unit, .. } => unit.as_ref(),
                QuestionKind::Text { .. }
                | QuestionKind::Date
                | QuestionKind::One { .. }
                | QuestionKind::Many { .. } => None,
            };
            options
                .chain([&question.label])
                .chain(&question.hint)
                .chain(unit)
        });
        for label in labels.chain([&form.title]) {
            assert!(label.en.is_some(), "{}: {}", form.id, label.zh);
        }
    }
}

#[test]
fn the_general_form_asks_for_what_was_asked_for_before_there_were_forms() {
    let forms = Form::shipped();
    let general = &forms[0];
    let required = [
        Section::Arrival,
        Section::People,
        Section::Finding,
        Section::Photos,
        Section::Cleanup,
        Section::Outcome,
    ];
    assert_eq!(
        whats(general, &Filled::default()),
        [
            "Arrival", "People", "Finding", "Photo", "Cleanup", "Outcome"
        ]
    );
    let mut whole = filled(&required, &[]);
    assert_eq!(general.missing(&whole), []);
    (whole.unpaired, whole.no_next_visit) = (true, true);
    assert_eq!(whats(general, &whole), ["BeforeAfter", "NextVisit"]);
    assert!(
        Section::ALL
            .iter()
            .all(|section| general.asks(*section).is_some())
    );
    assert!(general.questions.is_empty());
}

#[test]
fn a_question_is_asked_when_its_condition_holds_and_missing_only_then() {
    let form = form();
    let ready = [Section::Arrival, Section::Outcome];
    assert_eq!(whats(&form, &filled(&ready, &[])), ["contract"]);
    assert_eq!(
        whats(&form, &filled(&[], &[])),
        ["Arrival", "contract", "Outcome"]
    );
    let answers = [("contract", choice("yes"))];
    assert_eq!(
        whats(&form, &filled(&ready, &answers)),
        Vec::<String>::new()
    );
    let answers = [("contract", choice("no"))];
    assert_eq!(whats(&form, &filled(&ready, &answers)), ["why"]);
    let answers = [("contract", choice("no")), ("why", Given::Text)];
    assert_eq!(whats(&form, &filled(&ready, &answers)), ["by"]);
    // An answer to what is not asked any more decides on nothing.
    let answers = [("contract", choice("yes")), ("why", Given::Text)];
    assert_eq!(
        whats(&form, &filled(&ready, &answers)),
        Vec::<String>::new()
    );
    let slip = ("proof", Given::Has("slip".to_owned()));
    let list = ("proof", Given::Has("list".to_owned()));
    let yes = ("contract", choice("yes"));
    assert!(whats(&form, &filled(&ready, &[yes.clone(), slip.clone()])).is_empty());
    assert_eq!(
        whats(
            &form,
            &filled(&ready, &[yes.clone(), slip.clone(), list.clone()])
        ),
        ["pages"]
    );
    for (pages, lacks) in [(0, true), (1, false), (9, false), (10, true)] {
        let pages = ("pages", Given::Number(pages));
        let found = whats(&form, &filled(&ready, &[yes.clone(), list.clone(), pages]));
        assert_eq!(!found.is_empty(), lacks, "{found:?}");
    }
    // A choice that the form does not have, and an answer of another type, are none.
    for answer in [choice("maybe"), Given::Text, Given::Has("yes".to_owned())] {
        assert_eq!(
            whats(&form, &filled(&ready, &[("contract", answer)])),
            ["contract"]
        );
    }
}

#[test]
fn the_closest_class_decides_then_the_role_then_the_id_and_the_newest_version_counts() {
    let write = |id: &str, version: u32, lines: &str| {
        let text = format!("表单 {id}\n版本 {version}\n名称 {id}\n{lines}\n必填 结果\n");
        Form::parse(text.as_bytes()).unwrap()
    };
    let forms = [
        write(GENERAL, 1, ""),
        write("large", 1, "适用 甲"),
        write("large", 2, "适用 甲\n适用 乙"),
        write("close", 1, "适用 甲/一/点"),
        write("captains", 1, "适用 甲\n角色 楼道长"),
        write("also_close", 1, "适用 甲/一/点"),
        write("gone", 1, "适用 丙"),
        write("gone", 2, "适用 丁"),
    ];
    let fits = |category: [&str; 3], role| {
        let category = category.map(str::to_owned);
        fitting(&forms, &category, None, role)
            .unwrap()
            .name()
            .to_string()
    };
    let worker = Role::GridWorker;
    assert_eq!(fits(["甲", "一", "点"], worker), "also_close/1");
    assert_eq!(fits(["甲", "一", "线"], worker), "large/2");
    assert_eq!(fits(["甲", "", ""], worker), "large/2");
    assert_eq!(fits(["乙", "", ""], worker), "large/2");
    assert_eq!(fits(["甲", "二", ""], Role::BuildingCaptain), "captains/1");
    assert_eq!(
        fits(["甲", "一", "点"], Role::BuildingCaptain),
        "also_close/1"
    );
    assert_eq!(fits(["丙", "", ""], worker), "general/1");
    assert_eq!(fits(["", "", ""], worker), "general/1");
    assert_eq!(fitting(&[], &[], None, worker), None);
}

#[test]
fn the_cases_of_the_article_and_the_focus_topics_have_their_forms() {
    let forms = Form::shipped();
    for (category, form) in [
        (["市容环境", "环境卫生", "杂物堆放"], "clutter"),
        (["城市管理", "公共安全", "楼道堆物"], "clutter"),
        (["市政设施", "道路设施", "井盖"], "manhole"),
        (["市政设施", "排水设施", "下水道堵塞"], "manhole"),
        (["环境保护", "噪声", "施工噪声"], "noise"),
        (["劳动保障", "工资", "拖欠工资"], "wages"),
        (["住房物业", "物业服务", "电梯"], "property"),
        (["营商环境", "企业用能", "水电网络"], "enterprise"),
        (["市容环境", "占道经营", "流动摊贩"], "road_occupation"),
        (["住房物业", "房屋租赁", "退押金"], "rental_deposit"),
        (
            ["住房物业", "老旧小区改造", "加装电梯"],
            "old_estate_renewal",
        ),
        (["交通出行", "停车", "违法停车"], "traffic"),
        (["交通出行", "停车", "占用消防通道"], "clutter"),
        (["政务服务", "意见建议", "城市建设建议"], "suggestion"),
        (["教育文体", "学校教育", ""], GENERAL),
    ] {
        let category = category.map(str::to_owned);
        let found = fitting(&forms, &category, None, Role::GridWorker).unwrap();
        assert_eq!(found.id, form, "{category:?}");
    }
}

#[test]
fn a_form_for_whoever_asks_goes_before_the_general_one_and_behind_one_for_the_category() {
    let forms = Form::shipped();
    let fits = |category: [&str; 3], requester| {
        let category = category.map(str::to_owned);
        let found = fitting(&forms, &category, requester, Role::GridWorker);
        found.unwrap().name().to_string()
    };
    let enterprise = Some(Requester::Enterprise);
    assert_eq!(fits(["", "", ""], enterprise), "enterprise/2");
    assert_eq!(fits(["教育文体", "", ""], enterprise), "enterprise/2");
    assert_eq!(fits(["环境保护", "噪声", ""], enterprise), "noise/1");
    assert_eq!(fits(["", "", ""], None), "general/2");
    let citizen = Some(Requester::Citizen);
    assert_eq!(fits(["", "", ""], citizen), "general/2");
    assert_eq!(Requester::parse("nobody"), None);
    // The same questions, under another number: what was begun under the first one goes on.
    let of = |version| {
        let found = forms
            .iter()
            .find(|one| (one.id.as_str(), one.version) == ("enterprise", version));
        found.unwrap().questions.clone()
    };
    assert_eq!(of(1), of(2));
}

#[test]
fn what_is_no_form_is_refused_with_its_line_and_what_to_do() {
    let refused = |text: &str| Form::parse(text.as_bytes()).unwrap_err().to_string();
    let head = "表单 a\n版本 1\n名称 甲\n必填 到场\n";
    let with = |more: &str| refused(&format!("{head}{more}"));
    for (found, sentence) in [
        (
            refused(""),
            "第 1 行：里面没有表单；请先写“表单”和它的代号，下面写版本、名称、必填和题目。",
        ),
        (
            refused("版本 1"),
            "第 1 行：这一行上面没有表单；请先写“表单”和它的代号。",
        ),
        (
            refused("表单 A"),
            "第 1 行：代号“A”不合要求；请用小写字母、数字和下划线，不超过 40 个。",
        ),
        (
            refused("表单 a\n名称 甲\n必填 到场"),
            "第 1 行：“a”没有写“版本”；请加上这一行。",
        ),
        (
            refused("表单 a\n版本 1\n名称 甲"),
            "第 1 行：“a”没有写“必填”；请加上这一行。",
        ),
        (
            refused(&format!("{head}{head}")),
            "第 1 行：这里只能写一个表单；请把另一个表单分开提交。",
        ),
        (with("版本 2"), "第 5 行：“版本”写了两次；请删去一处。"),
        (with("选填 到场"), "第 5 行：“到场”写了两次；请删去一处。"),
        (
            with("选填 厨房"),
            "第 5 行：“厨房”不是走访的栏目；请写“到场”“人员”“发现”“照片”“劝导”“物品”“清理”“记录”或“结果”。",
        ),
        (
            with("诉求人 社区"),
            "第 5 行：“社区”不是诉求主体；请写“市民”“市民与企业”或“企业”。",
        ),
        (
            with("角色 业主代表"),
            "第 5 行：“业主代表”不是能开始走访的角色；请写“网格员”“楼道长”“社区书记”“片警”等。",
        ),
        (
            with("适用 甲//乙"),
            "第 5 行：“甲//乙”不是类别；请写成“大类/中类/小类”，后两级可以不写。",
        ),
        (
            with("标题 甲"),
            "第 5 行：“标题”要写在题目下面；请先写“题目”。",
        ),
        (
            with("题目 b 文字 必填 了"),
            "第 5 行：“了”多余或认不出；题型后面只能写“必填”。",
        ),
        (
            with("题目 b 图片"),
            "第 5 行：“图片”不是题型；请写“文字”“数字”“日期”“单选”或“多选”。",
        ),
        (
            with("题目 b 文字"),
            "第 5 行：“b”没有写“标题”；请加上这一行。",
        ),
        (
            with("题目 b 文字\n标题 乙\n范围 1 2"),
            "第 7 行：“范围”不适用于这种题型；请删去这一行，或改题型。",
        ),
        (
            with("题目 b 文字\n标题 乙\n字数 1001"),
            "第 7 行：“1001”不是字数；请写 1 到 1000 的整数。",
        ),
        (
            with("题目 b 数字\n标题 乙\n范围 9 1"),
            "第 7 行：“9 1”不是范围；请写两个整数，小的在前，例如“范围 0 100”。",
        ),
        (
            with("题目 b 单选\n标题 乙\n选项 x 甲"),
            "第 5 行：题目“b”至少要有两个选项；请用“选项”一行写一个。",
        ),
        (
            with("题目 b 日期\n标题 乙\n条件 c 已答"),
            "第 7 行：条件里的题目“c”不在这道题上面；请写上面已有的题目代号。",
        ),
        (
            with("题目 b 日期\n标题 乙\n条件 b 已答"),
            "第 7 行：条件里的题目“b”不在这道题上面；请写上面已有的题目代号。",
        ),
        (
            with("题目 b 日期\n标题 乙\n题目 c 日期\n标题 丙\n条件 b = x"),
            "第 9 行：题目“b”不会有“x”这个答案；单选写“=”，多选写“含”，后面写它的选项代号。",
        ),
        (
            with("题目 b 日期\n标题 乙\n题目 b 日期"),
            "第 7 行：“b”写了两次；请删去一处。",
        ),
        (
            with("题目 b 日期\n标题 乙 |"),
            "第 6 行：“标题”后面是空的；请写上内容。",
        ),
        (
            with("结论 好"),
            "第 5 行：“结论”认不出；请对照说明写“适用”“角色”“必填”“选填”“题目”“标题”“选项”等。",
        ),
    ] {
        assert_eq!(found, sentence);
    }
    let mut many = head.to_owned();
    for n in 0..61 {
        many.push_str(&format!("题目 q{n} 日期\n标题 乙\n"));
    }
    assert!(refused(&many).contains("最多 60 题"));
    let not_utf8 = Form::parse(b"\xe8\xa1\n\xff").unwrap_err();
    assert_eq!(not_utf8.why, Why::NotUtf8);
}

#[test]
fn a_record_names_its_form_by_id_and_version() {
    assert_eq!(
        FormName::parse("clutter/3").unwrap().to_string(),
        "clutter/3"
    );
    for wrong in [
        "clutter",
        "clutter/0",
        "clutter/-1",
        "Clutter/1",
        "/1",
        "clutter/1/2",
        "clutter/x",
    ] {
        assert_eq!(FormName::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn the_roles_of_a_form_are_called_as_everywhere() {
    let words: BTreeMap<String, String> =
        serde_json::from_str(crate::words::Language::Chinese.common()).unwrap();
    for role in Role::ALL {
        let known = words::FIELD_ROLES.iter().find(|(known, _)| known == role);
        assert_eq!(
            known.is_some(),
            role.is_field() && !role.is_representative(),
            "{role:?}"
        );
        if let Some((_, word)) = known {
            assert_eq!(*word, words[&format!("role.{}", role.as_str())]);
        }
    }
}
