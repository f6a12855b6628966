//! Laws of the layout, before anything is drawn.

use super::pages::Pages;
use super::piece::Stroke;
use super::sheet::{BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH};
use super::*;

fn laid_out(blocks: Vec<Block>) -> Pages {
    let paper = Paper {
        title: "登记".into(),
        blocks,
        foot: Foot {
            name: "登记".into(),
            hash: "校验码 9f86d081884c".into(),
            note: "扫码核对".into(),
            qr: "https://warmline.example/9f86d081884c".into(),
        },
        ..Paper::default()
    };
    lay_out(&paper).unwrap().0
}

/// The outermost places of what is drawn: left, top, right, bottom.
fn extent(stroke: &Stroke, down: f32) -> [f32; 4] {
    match stroke {
        Stroke::Text {
            x,
            baseline,
            letter,
            letters,
            ..
        } => {
            let width: f32 = letters.iter().map(|(_, width)| width).sum();
            let baseline = down + baseline;
            [
                *x,
                baseline - 0.88 * letter,
                x + width * letter,
                baseline + 0.12 * letter,
            ]
        }
        Stroke::Rule { from, to, .. } => [from[0], down + from[1], to[0], down + to[1]],
        Stroke::Circle { centre, radius } => [
            centre[0] - radius,
            down + centre[1] - radius,
            centre[0] + radius,
            down + centre[1] + radius,
        ],
        Stroke::Ink(strokes) => {
            let nowhere = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
            let points = strokes.iter().flatten();
            points.fold(nowhere, |[l, t, r, b], [x, y]| {
                let y = down + y;
                [l.min(*x), t.min(y), r.max(*x), b.max(y)]
            })
        }
        Stroke::Picture { corner, size, .. } => [
            corner[0],
            down + corner[1],
            corner[0] + size[0],
            down + corner[1] + size[1],
        ],
        Stroke::Squares { corner, side, runs } => {
            let most = |place: fn(&[u16; 3]) -> u16| runs.iter().map(place).max().unwrap();
            [
                corner[0],
                down + corner[1],
                corner[0] + f32::from(most(|run| run[0] + run[2])) * side,
                down + corner[1] + f32::from(most(|run| run[1] + 1)) * side,
            ]
        }
    }
}

fn assert_within(stroke: &Stroke, down: f32, [left, top, right, bottom]: [f32; 4]) {
    let [l, t, r, b] = extent(stroke, down);
    let near = 0.05;
    assert!(
        l.min(r) >= left - near
            && l.max(r) <= right + near
            && t.min(b) >= top - near
            && t.max(b) <= bottom + near,
        "{stroke:?} at {:?}",
        [l, t, r, b]
    );
}

#[test]
fn everything_is_drawn_within_its_piece_and_its_field() {
    let hostile = "甲".repeat(290);
    let word = "w".repeat(290);
    let one = |mark: Mark| SignatureBox {
        label: word.chars().take(120).collect(),
        mark,
        date: hostile.chars().take(60).collect(),
        seal: hostile.chars().take(40).collect(),
    };
    let ink = Ink {
        strokes: vec![
            vec![
                [-7.0, 9.0],
                [f32::INFINITY, -f32::INFINITY],
                [0.5, f32::NAN],
            ],
            vec![],
        ],
        ratio: f32::NAN,
    };
    let boxes = vec![
        one(Mark::Ink(ink.clone())),
        one(Mark::Reason(hostile.chars().take(120).collect())),
        one(Mark::Blank),
        SignatureBox {
            mark: Mark::Ink(Ink { ratio: 0.2, ..ink }),
            ..SignatureBox::default()
        },
    ];
    for columns in 0..5 {
        let pages = laid_out(vec![
            Block::Heading(hostile.clone()),
            Block::Facts(vec![
                Fact {
                    label: word.clone(),
                    value: word.clone(),
                };
                9
            ]),
            Block::Signatures(Signatures {
                columns,
                boxes: boxes.clone(),
            }),
            Block::Paragraph(Paragraph {
                text: word.repeat(20),
                ..Paragraph::default()
            }),
        ]);
        for sheet in &pages.sheets {
            let mut used = TOP;
            for placed in &sheet.placed {
                assert!(placed.y >= used - 0.05, "pieces overlap");
                used = placed.y + placed.piece.height;
                assert!(used <= BOTTOM + 0.05);
                for stroke in &placed.piece.strokes {
                    assert_within(stroke, placed.y, [LEFT, placed.y, RIGHT, used]);
                }
            }
        }
    }
}

#[test]
fn the_foot_stands_under_the_field_where_printers_still_print() {
    let pages = laid_out(vec![]);
    let edge = 9.0 * sheet::MM;
    for stroke in pages.feet.iter().flatten() {
        assert_within(stroke, 0.0, [LEFT, BOTTOM + 3.0, RIGHT, HEIGHT - edge]);
    }
    assert!(RIGHT + edge < WIDTH);
}
