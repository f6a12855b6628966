//! QR codes as black squares.

use fast_qr::qr::{QRBuilder, QRCodeError};
use fast_qr::{ECL, QRCode};

use super::error::RenderError;
use super::limits::MAX_QR_BYTES;
use super::piece::Stroke;

/// A QR code of level M with its upper left corner there.
pub(crate) fn code(text: &str, corner: [f32; 2], side: f32) -> Result<Stroke, RenderError> {
    let built = QRBuilder::new(text).ecl(ECL::M).build();
    let code: QRCode = built.map_err(|error| match error {
        QRCodeError::EncodedData | QRCodeError::SpecifiedVersion => RenderError::Qr {
            most: MAX_QR_BYTES,
            found: text.len(),
        },
    })?;
    let mut runs: Vec<[u16; 3]> = Vec::new();
    for (row, modules) in (0_u16..).zip(code.data.chunks(code.size).take(code.size)) {
        let mut dark_before = false;
        for (column, module) in (0_u16..).zip(modules) {
            let dark = module.value();
            match runs.last_mut() {
                Some([.., length]) if dark && dark_before => *length += 1,
                _ if dark => runs.push([column, row, 1]),
                _ => {}
            }
            dark_before = dark;
        }
    }
    Ok(Stroke::Squares {
        corner,
        side: side / code.size as f32,
        runs,
    })
}
