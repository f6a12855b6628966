use super::*;

const GOOD: &str = "\
方案 local_3wd
版本 1
名称 街道三日
依据 街道文件
施行 2026-01-01
办结 3 工作日 自派发
";

#[test]
fn a_profile_is_written_as_it_is_read() {
    let all = "首联 2 小时 自交办\n到场 90 天 自派发\n反馈 1 个月 自交办 平台 诉求人\n退回 2 工作日 自派发\n\
        延期 7 天\n截止 下班\n上班 09:00-12:30 13:30-24:00\n计时 上班时间\n蓝色 40%\n黄色 2 工作日 10%\n\
        紫色 3 工作日\n退回预警 6 小时\n";
    let windows = format!("\u{feff}# 说明\r\n{}", GOOD.replace('\n', " # 注\r\n"));
    for text in [GOOD, &format!("{GOOD}{all}"), &windows] {
        let read = Profile::parse(text.as_bytes()).unwrap();
        let again = Profile::parse(read.to_string().as_bytes()).unwrap();
        assert_eq!(read, again);
    }
    for shipped in Profile::shipped() {
        let again = Profile::parse(shipped.to_string().as_bytes()).unwrap();
        assert_eq!(shipped, again);
    }
}

#[test]
fn a_profile_that_cannot_be_is_refused_with_its_line_and_what_to_do() {
    let without = |word: &str| {
        let lines = GOOD.lines().filter(|line| !line.starts_with(word));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let missing = |word| Why::Missing {
        profile: "local_3wd".to_owned(),
        word,
    };
    let with = |line: &str| format!("{GOOD}{line}");
    let text = |text: &str| text.to_owned();
    for (written, line, why) in [
        (text(""), 1, Why::Empty),
        (text("版本 1"), 1, Why::NoProfile),
        (format!("{GOOD}{GOOD}"), 1, Why::Several),
        (without("版本"), 1, missing("版本")),
        (without("名称"), 1, missing("名称")),
        (without("依据"), 1, missing("依据")),
        (without("施行"), 1, missing("施行")),
        (without("办结"), 1, missing("办结")),
        (GOOD.replace(" 街道文件", ""), 4, Why::TextEmpty("依据")),
        (
            GOOD.replace("local_3wd", "Local"),
            1,
            Why::IdMalformed(text("Local")),
        ),
        (
            GOOD.replace("版本 1", "版本 0"),
            2,
            Why::VersionMalformed(text("0")),
        ),
        (
            GOOD.replace("2026-01-01", "2026-1-1"),
            5,
            Why::DateMalformed(text("2026-1-1")),
        ),
        (with("完结 3 工作日"), 7, Why::UnknownWord(text("完结"))),
        (with("办结 3 工作日 自派发"), 7, Why::Twice("办结")),
        (with("版本 2"), 7, Why::Twice("版本")),
        (
            with("首联 -2 小时 自派发"),
            7,
            Why::AmountRefused(text("-2")),
        ),
        (with("首联 0 小时 自派发"), 7, Why::AmountRefused(text("0"))),
        (
            with("首联 70000 小时 自派发"),
            7,
            Why::AmountRefused(text("70000")),
        ),
        (with("首联"), 7, Why::AmountRefused(text(""))),
        (with("首联 2 周 自派发"), 7, Why::UnitUnknown(text("周"))),
        (with("首联 2 小时"), 7, Why::StartMissing),
        (
            with("首联 2 小时 自派发 平台"),
            7,
            Why::TailUnknown(text("平台")),
        ),
        (with("反馈 2 小时 自派发"), 7, Why::NobodyToTell),
        (with("延期 2 小时 以内"), 7, Why::TailUnknown(text("以内"))),
        (with("截止 18:00"), 7, Why::EndUnknown(text("18:00"))),
        (with("计时 白天"), 7, Why::CountingUnknown(text("白天"))),
        (
            with("上班 12:00-09:00"),
            7,
            Why::HoursMalformed(text("12:00-09:00")),
        ),
        (
            with("上班 09:00-12:00 11:00-24:01"),
            7,
            Why::HoursMalformed(text("09:00-12:00 11:00-24:01")),
        ),
        (with("蓝色 100%"), 7, Why::PercentMalformed(text("100%"))),
        (
            with("黄色 1 工作日"),
            7,
            Why::PercentMalformed(text("工作日")),
        ),
        (with("紫色 1 小时"), 7, Why::UnitUnknown(text("1 小时"))),
    ] {
        let refused = Profile::parse(written.as_bytes()).unwrap_err();
        assert_eq!(refused, ProfileRefused { line, why }, "{written}");
        let sentence = refused.to_string();
        assert!(
            sentence.ends_with('。') && sentence.contains('；'),
            "{sentence}"
        );
    }
    let foreign = Profile::parse(b"\n\xc4\xea").unwrap_err();
    assert_eq!((foreign.line, foreign.why), (2, Why::NotUtf8));
}
