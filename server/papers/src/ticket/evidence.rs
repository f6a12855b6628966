//! 申诉证据材料: one file with all that speaks for an appeal.

use photos::{BlobStore, Rendition};
use print::{Block, Paper, Photo};
use sync_core::{Id, MediaHash};

use super::called::calls;
use super::clocks::{clocks, warnings};
use super::decided::{appeal, cause, decisions};
use super::field::{Shot, shots, visits};
use super::head::{head, paragraph, table};
use super::{Source, moment};
use crate::error::PaperError;
use crate::words::Words;

/// Most pictures of one pack. Some 20 pages: more is sent as files.
pub const MAX_PICTURES: usize = 40;
/// Most bytes of them, all together: what a mail takes.
pub const MAX_PICTURE_BYTES: usize = 16 << 20;

/// The pictures of a pack, and those that it has no room for.
#[derive(Default)]
pub struct Pictures {
    shown: Vec<(String, MediaHash, Vec<u8>)>,
    left_out: Vec<(String, MediaHash, &'static str)>,
}

/// Reads the pictures that go into a pack: photos of the visits, then screenshots of the requester, as large thumbnails,
/// which say nothing of who owns the phone.
///
/// # Errors
/// If the photo store could not.
pub async fn pictures(
    tenant: Id,
    source: &Source,
    blobs: &BlobStore,
) -> Result<Pictures, PaperError> {
    let (voices, taken): (Vec<Shot>, Vec<Shot>) =
        shots(source).into_iter().partition(|shot| shot.voice);
    let taken = taken.into_iter().map(|shot| (shot.told, shot.sha256));
    let sent = source
        .screenshots
        .iter()
        .filter(|_| source.reader.is_office);
    let sent = sent.filter_map(|one| {
        let from = if one.public {
            "诉求人提交"
        } else {
            "办公室添加"
        };
        let told = format!("诉求截图，{from}，{}", moment::minute(one.at));
        Some((told, MediaHash::parse(&one.sha256)?))
    });
    let mut pictures = Pictures::default();
    let mut room = MAX_PICTURE_BYTES;
    for (told, sha256) in taken.chain(sent) {
        if pictures.shown.len() == MAX_PICTURES {
            pictures.left_out.push((told, sha256, "超过本文件的图片数"));
            continue;
        }
        let file = blobs.read(tenant, sha256, Rendition::Large).await?;
        let Some(file) = file else {
            let why = "还在手机上，或缩略图没有做好";
            pictures.left_out.push((told, sha256, why));
            continue;
        };
        match room.checked_sub(file.len()) {
            Some(left) => {
                room = left;
                pictures.shown.push((told, sha256, file.to_vec()));
            }
            None => pictures
                .left_out
                .push((told, sha256, "超过本文件的图片大小")),
        }
    }
    let said = voices.into_iter().map(|shot| {
        let why = "录音，请在系统里播放";
        (shot.told, shot.sha256, why)
    });
    pictures.left_out.extend(said);
    Ok(pictures)
}

/// The pack of the appeal that this event opened; `None` if there is no such appeal.
pub fn evidence(source: &Source, n: i64, pictures: Pictures) -> Option<Paper> {
    let words = Words::common();
    let appeal = appeal(&source.life, n)?;
    let mut blocks = cause(source, appeal, &words);
    blocks.push(Block::Heading("工单".to_owned()));
    blocks.extend(head(source, &words));
    blocks.extend(clocks(source, &words));
    blocks.extend(warnings(source, &words));
    blocks.extend(calls(source, &words));
    blocks.extend(visits(source, &words));
    blocks.extend(decisions(source, &words));
    blocks.extend(shown(pictures, source));
    Some(source.paper("申诉证据材料", blocks))
}

/// The pictures with what they show, when, where and by which hash they are found again; then those that are not here.
fn shown(pictures: Pictures, source: &Source) -> Vec<Block> {
    let (count, missing) = (pictures.shown.len(), pictures.left_out.len());
    let mut blocks = vec![
        Block::Heading("照片和截图".to_owned()),
        paragraph(&match (count, missing) {
            (0, 0) => "没有照片和截图。".to_owned(),
            (_, 0) => format!("共 {count} 张，全部在内。"),
            (_, _) => format!(
                "共 {} 张，放入 {count} 张，其余 {missing} 张列在最后。",
                count + missing
            ),
        }),
    ];
    if !source.reader.is_office && !source.screenshots.is_empty() {
        let kept = source.screenshots.len();
        blocks.push(paragraph(&format!(
            "另有诉求截图 {kept} 张，只由街道热线办提供。"
        )));
    }
    let photos = pictures.shown.into_iter().zip(1_u32..);
    blocks.extend(photos.map(|((told, sha256, bytes), number)| {
        Block::Photo(Photo {
            bytes,
            caption: format!("图 {number}：{told}，原图校验码 {sha256}"),
        })
    }));
    if missing > 0 {
        let rows = pictures.left_out.into_iter();
        let rows = rows.map(|(told, sha256, why)| vec![told, why.to_owned(), sha256.to_string()]);
        blocks.extend(table(
            "没有放入的照片和截图",
            [("照片", 9), ("原因", 5), ("原图校验码", 10)],
            rows.collect(),
            "",
        ));
    }
    blocks
}
