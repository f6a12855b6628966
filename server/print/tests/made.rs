//! Papers as an office has them: an agreement, a record of a mediation, an oral agreement. All people are invented.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use print::{
    Align, Block, Column, Fact, Foot, Ink, Mark, Numbering, Paper, Paragraph, Payload, Photo,
    SignatureBox, Signatures, Table,
};

/// The parties, some with names that few fonts have.
pub(crate) const PARTIES: [(&str, &str); 3] = [
    ("申请人", "欧阳䶮"),
    ("被申请人", "𬱖龘堃"),
    ("被申请人", "阿不都热合曼·㙍木提"),
];

const CLAUSES: [&str; 8] = [
    "被申请人于 2026 年 12 月 10 日前将楼道内堆放的纸箱、旧家具等杂物全部清走，恢复楼道通行；逾期未清走的，申请人可以请物业服务企业代为清理，费用由被申请人承担。",
    "被申请人一次付给申请人墙面修补费人民币 3,500 元（大写：叁仟伍佰元整），在本协议签字之日起 7 日内付清。",
    "双方自晚 22:00 至次日 6:00 不在屋内使用电钻、音响等发出噪声的设备。",
    "物业服务企业每周查看楼道一次，并把结果告知双方（联系电话：0531-5550-0142）。",
    "申请人收到上述款项后，不再就同一事实提出其他要求。",
    "漏水管道由被申请人请有资质的单位修好，修好后保修二十四个月；保修期内再次渗漏的，由被申请人负责修理，并赔偿由此造成的损失。",
    "双方往后遇事先商量，商量不成的，再请社区调解。",
    "卫生间 4.5 ㎡ 地面防水重做，做完后蓄水 48 小时不渗漏为合格；凭证见“附件一”《现场照片》。",
];

/// 人民调解协议书 with so many clauses.
pub(crate) fn agreement(clauses: usize) -> Paper {
    let items = CLAUSES.iter().cycle().take(clauses);
    let mut blocks = vec![
        Block::Heading("一、当事人".into()),
        Block::Facts(
            PARTIES
                .iter()
                .enumerate()
                .flat_map(|(number, (side, name))| {
                    [
                        fact(
                            side,
                            &format!("{name}，身份证号 3701**********{number:02}1X"),
                        ),
                        fact("住址", "北苑街道工人新村南区 12 号楼 3 单元 402 室"),
                    ]
                })
                .collect(),
        ),
        Block::Heading("二、主要事实和争议事项".into()),
        text(
            "2026 年 9 月初，申请人反映楼上住户卫生间渗漏，造成申请人客厅顶面大面积起皮、脱落，并有家具受潮变形；被申请人认为渗漏出自公共管道，\
             与己无关。双方多次商量未果，申请人拨打 12345 热线，要求街道协调处理。社区工作人员会同物业服务企业到场查看，用仪器测得渗漏点在被申请人\
             卫生间地漏接口处。",
        ),
        text("双方争议的事项：一是渗漏的责任；二是修补费用的数额和支付时间；三是楼道杂物的清理。"),
        Block::Heading("三、协议内容".into()),
        text("经调解，双方自愿达成如下协议："),
        Block::Clauses {
            numbering: Numbering::Chinese,
            items: items.map(|&item| item.into()).collect(),
        },
        Block::Heading("四、履行方式和期限".into()),
        Block::Table(schedule(clauses.min(12))),
        text(
            "本协议一式四份，当事人各执一份，调解委员会存档一份，自各方签字、调解员签字并加盖印章之日起生效。",
        ),
    ];
    blocks.push(Block::Signatures(signatures()));
    Paper {
        title: "人民调解协议书".into(),
        number: Some("〔2026〕人调字第 12 号".into()),
        blocks,
        foot: foot("人民调解协议书"),
        payload: Some(Payload {
            name: "agreement.cbor".into(),
            bytes: (0..4096_u32).map(|place| (place * 7 % 251) as u8).collect(),
        }),
        ..Paper::default()
    }
}

/// 现场调解记录 with photos.
pub(crate) fn record() -> Paper {
    let answers = [
        ("问：", "现在向你们告知调解的权利和义务，是否听清？"),
        ("答：", "听清了。"),
        ("问：", "楼上渗漏是从什么时候开始的？"),
        ("答：", "今年 9 月初，厨房和卫生间都有。"),
    ];
    let mut blocks = vec![Block::Facts(vec![
        fact("时间", "2026年11月24日 17:30 至 18:40"),
        fact("地点", "北苑街道工人新村南区居委会"),
        fact("调解员", "王某某、李某某"),
        fact("来源", "12345 热线，工单号 WX20261124000871"),
    ])];
    blocks.extend(answers.map(|(who, what)| text(&format!("{who}{what}"))));
    blocks.push(Block::Signatures(signatures()));
    blocks.push(Block::PageBreak);
    blocks.push(Block::Heading("附件一：现场照片".into()));
    for (number, format) in [
        (1, ImageFormat::Jpeg),
        (2, ImageFormat::Jpeg),
        (3, ImageFormat::Png),
    ] {
        blocks.push(Block::Photo(Photo {
            bytes: picture(format, 800, 600),
            caption: format!("照片 {number}：卫生间顶面渗漏处，2026-11-24 17:4{number} 摄"),
        }));
    }
    Paper {
        title: "现场调解记录".into(),
        blocks,
        foot: foot("现场调解记录"),
        ..Paper::default()
    }
}

/// 口头协议登记, a single page.
pub(crate) fn oral() -> Paper {
    Paper {
        title: "口头协议登记".into(),
        number: Some("北苑街道 2026-0087".into()),
        blocks: vec![
            Block::Facts(vec![
                fact("当事人", "张某某、李某某"),
                fact("纠纷", "☑ 邻里　☐ 物业　☐ 租赁"),
                fact(
                    "约定",
                    "每晚 22:00 以后不再播放音乐；阳台不再晾晒滴水衣物。",
                ),
            ]),
            text("当事人同意不作书面协议，由调解员登记在案。"),
            Block::Paragraph(Paragraph {
                text: "2026年11月28日".into(),
                align: Align::Right,
                indent: false,
            }),
            Block::Signatures(Signatures {
                columns: 3,
                boxes: vec![
                    signature("当事人 张某某", pen()),
                    signature(
                        "当事人 李某某",
                        Mark::Reason("拒绝签字：认为不必登记".into()),
                    ),
                    signature(
                        "调解员 王某某",
                        Mark::Picture(picture(ImageFormat::Png, 200, 80)),
                    ),
                ],
            }),
        ],
        foot: foot("口头协议登记"),
        ..Paper::default()
    }
}

/// Nothing but text, on about so many pages.
#[cfg_attr(test, expect(dead_code, reason = "only its time is of interest"))]
pub(crate) fn book(pages: usize) -> Paper {
    let page: String = CLAUSES.concat().repeat(3).chars().take(600).collect();
    Paper {
        title: "卷宗".into(),
        blocks: (0..pages).map(|_| text(&page)).collect(),
        foot: foot("卷宗"),
        ..Paper::default()
    }
}

pub(crate) fn fact(label: &str, value: &str) -> Fact {
    Fact {
        label: label.into(),
        value: value.into(),
    }
}

pub(crate) fn text(text: &str) -> Block {
    Block::Paragraph(Paragraph {
        text: text.into(),
        indent: true,
        align: Align::Justified,
    })
}

pub(crate) fn foot(name: &str) -> Foot {
    Foot {
        name: format!("{name}（第 2 稿）"),
        hash: "校验码 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        note: "扫码核对真伪，或打开 https://warmline.example/check 输入校验码的前两组。".into(),
        qr: "https://warmline.example/check/9f86d081884c7d659a2feaa0c55ad015".into(),
    }
}

pub(crate) fn signature(label: &str, mark: Mark) -> SignatureBox {
    SignatureBox {
        label: label.into(),
        mark,
        date: "2026年11月28日".into(),
        seal: String::new(),
    }
}

/// A signature as a finger draws it.
pub(crate) fn pen() -> Mark {
    let wave = |from: f32, phase: f32| {
        (0..40_u8)
            .map(|step| {
                let along = f32::from(step) / 40.0;
                [
                    from + along * 0.4,
                    0.5 + 0.35 * (along * 14.0 + phase).sin() * (1.0 - along * 0.5),
                ]
            })
            .collect()
    };
    Mark::Ink(Ink {
        strokes: vec![wave(0.05, 0.0), wave(0.5, 1.5), vec![[0.95, 0.9]]],
        ratio: 2.5,
    })
}

/// A picture with light and shadow, as no plain colour would show whether it stands upright.
pub(crate) fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let shade = |part: u32, whole: u32| u8::try_from(part * 255 / whole).unwrap_or(255);
        Rgb([
            shade(x, width),
            shade(y, height),
            if (x / 40 + y / 40) % 2 == 0 { 200 } else { 90 },
        ])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

fn signatures() -> Signatures {
    let mut boxes: Vec<_> = PARTIES
        .iter()
        .map(|(side, name)| signature(&format!("{side} {name}"), pen()))
        .collect();
    boxes[1].mark = Mark::Reason("拒绝签字：对第三条有意见，已当场宣读".into());
    boxes.push(signature("调解员 王某某", pen()));
    boxes.push(signature("记录人 李某某", Mark::Blank));
    boxes.push(SignatureBox {
        seal: "（调解委员会印章）".into(),
        ..signature("北苑街道人民调解委员会", Mark::Blank)
    });
    Signatures { columns: 2, boxes }
}

fn schedule(rows: usize) -> Table {
    let column = |head: &str, share, align| Column {
        head: head.into(),
        share,
        align,
    };
    Table {
        columns: vec![
            column("序号", 8, Align::Centre),
            column("履行人", 18, Align::Left),
            column("内容", 44, Align::Left),
            column("期限", 18, Align::Centre),
            column("金额（元）", 16, Align::Right),
        ],
        rows: (1..=rows)
            .map(|number| {
                vec![
                    number.to_string(),
                    PARTIES[number % 3].1.into(),
                    CLAUSES[number % 8]
                        .chars()
                        .take(20 + 9 * (number % 4))
                        .collect(),
                    format!("2026-12-{number:02}"),
                    format!("{}.00", number * 350),
                ]
            })
            .collect(),
    }
}
