//! Why a paper cannot be printed.

/// Why a paper cannot be printed. The sentences are for people at the office.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// More than [`crate::limits`] allows.
    #[error("内容过多：{what}最多 {most}，现有 {found}。请删减或分成几份打印。")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much may be.
        most: usize,
        /// How much there is; of pages: at least.
        found: usize,
    },
    /// Something that must be whole on a page is higher than a page.
    #[error("第 {block} 项有一部分高过一页，不能完整印出。请缩短其中的文字。")]
    TooTall {
        /// Place of the block in the paper, from 1.
        block: usize,
    },
    /// A table without columns, with shares of the width that sum to nothing or leave no room, or a row with more cells than columns.
    #[error("第 {block} 项的表格列数或列宽不对。请检查各列宽度和每行的格数。")]
    Columns {
        /// Place of the block in the paper, from 1.
        block: usize,
    },
    /// Bytes that are no JPEG or PNG, or one that is broken.
    #[error("第 {block} 项的图片无法读取。请换成完好的 JPEG 或 PNG 图片。")]
    Picture {
        /// Place of the block in the paper, from 1.
        block: usize,
    },
    /// The payload's name is no plain file name.
    #[error("附件名称只能用英文字母、数字、点、下划线和短横线，最多 80 个字符。")]
    PayloadName,
    /// The file would be read back with another payload than its own: a picture brings one along.
    #[error("图片中夹带了会被当作本文件附件的数据。请去掉或重新拍摄该图片。")]
    ForeignPayload,
    /// The text of the QR code is too long for its size on paper.
    #[error("二维码内容过长：最多 {most} 字节，现有 {found} 字节。")]
    Qr {
        /// The longest text, in bytes.
        most: usize,
        /// How long it is.
        found: usize,
    },
    /// The program's own fonts cannot be read, or the file cannot be written.
    #[error("打印组件出错（{0}）。请联系维护人员。")]
    Inside(String),
}
