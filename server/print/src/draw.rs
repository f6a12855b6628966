//! Pages become a file.

use std::num::NonZeroU64;

use krilla::Document;
use krilla::color::luma;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke as Pen, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};

use super::error::RenderError;
use super::fonts::{Face, Fonts};
use super::letters::Letter;
use super::pages::Pages;
use super::paper::{Language, Paper, Payload};
use super::payload;
use super::piece::{Shade, Stroke};
use super::sheet::{HEIGHT, WIDTH};

/// Width of rules, in points.
const RULE: f32 = 0.6;
/// Width of a pen's line, in points: a gel pen.
const PEN: f32 = 1.3;

/// Writes the pages as PDF.
pub(crate) fn write(paper: &Paper, pages: &Pages) -> Result<Vec<u8>, RenderError> {
    let fonts = Fonts::load()?;
    let mut document = Document::new();
    document.set_metadata(metadata(paper));
    for (sheet, foot) in pages.sheets.iter().zip(&pages.feet) {
        let settings =
            PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| inside("the sheet's size"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for placed in &sheet.placed {
            for stroke in &placed.piece.strokes {
                draw(stroke, placed.y, fonts, &mut surface);
            }
        }
        for stroke in foot {
            draw(stroke, 0.0, fonts, &mut surface);
        }
        surface.finish();
        page.finish();
    }
    if let Some(payload) = &paper.payload {
        document
            .embed_file(attachment(payload))
            .ok_or_else(|| inside("the attachment"))?;
    }
    document.finish().map_err(|error| explain(&error))
}

fn metadata(paper: &Paper) -> Metadata {
    let language = match paper.language {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    };
    Metadata::new()
        .title(plain(&paper.title))
        .language(language.to_owned())
}

/// A text for the file's own fields, where control characters do harm.
fn plain(text: &str) -> String {
    text.replace(|character: char| character.is_control(), " ")
}

fn attachment(payload: &Payload) -> EmbeddedFile {
    EmbeddedFile {
        path: payload.name.clone(),
        mime_type: MimeType::new("application/octet-stream"),
        description: None,
        association_kind: AssociationKind::Data,
        data: payload::block(&payload.bytes).into(),
        modification_date: None,
        compress: Some(false),
        location: None,
    }
}

fn explain(error: &KrillaError) -> RenderError {
    match error {
        KrillaError::Image(_, Some(place), _) | KrillaError::SixteenBitImage(_, Some(place)) => {
            let block = usize::try_from(place.get()).unwrap_or(usize::MAX);
            RenderError::Picture { block }
        }
        KrillaError::Font(..)
        | KrillaError::Validation(_)
        | KrillaError::Limit(_)
        | KrillaError::DuplicateNamedDestination(_)
        | KrillaError::DuplicateTagId(..)
        | KrillaError::UnknownTagId(..)
        | KrillaError::Image(..)
        | KrillaError::SixteenBitImage(..) => inside(&error.to_string()),
    }
}

fn inside(what: &str) -> RenderError {
    RenderError::Inside(what.to_owned())
}

fn draw(stroke: &Stroke, down: f32, fonts: &Fonts, surface: &mut Surface<'_>) {
    match stroke {
        Stroke::Text {
            x,
            baseline,
            letter,
            letters,
            shade,
        } => {
            fill(*shade, surface);
            text(letters, [*x, down + baseline], *letter, fonts, surface);
        }
        Stroke::Rule { from, to, shade } => {
            let mut path = PathBuilder::new();
            path.move_to(from[0], down + from[1]);
            path.line_to(to[0], down + to[1]);
            trace(path, pen(*shade, RULE, LineCap::Square), surface);
        }
        Stroke::Circle { centre, radius } => {
            let dash = Some(StrokeDash {
                array: vec![4.0, 3.0],
                offset: 0.0,
            });
            let pen = Pen {
                dash,
                ..pen(Shade::Pale, RULE, LineCap::Butt)
            };
            trace(circle(centre[0], down + centre[1], *radius), pen, surface);
        }
        Stroke::Ink(strokes) => {
            let mut path = PathBuilder::new();
            for stroke in strokes {
                let mut points = stroke.iter();
                let Some(first) = points.next() else {
                    continue;
                };
                path.move_to(first[0], down + first[1]);
                // A dot is a line of no length with round ends.
                let rest = if points.len() == 0 {
                    stroke.iter()
                } else {
                    points
                };
                rest.for_each(|point| path.line_to(point[0], down + point[1]));
            }
            trace(path, pen(Shade::Black, PEN, LineCap::Round), surface);
        }
        Stroke::Picture {
            image,
            corner,
            size,
            block,
        } => {
            let Some(size) = Size::from_wh(size[0], size[1]) else {
                return;
            };
            if let Some(place) = u64::try_from(*block).ok().and_then(NonZeroU64::new) {
                surface.set_location(place);
            }
            surface.push_transform(&Transform::from_translate(corner[0], down + corner[1]));
            surface.draw_image(image.clone(), size);
            surface.pop();
            surface.reset_location();
        }
        Stroke::Squares { corner, side, runs } => {
            let mut path = PathBuilder::new();
            for [column, row, length] in runs {
                let x = corner[0] + f32::from(*column) * side;
                let y = down + corner[1] + f32::from(*row) * side;
                if let Some(square) = Rect::from_xywh(x, y, f32::from(*length) * side, *side) {
                    path.push_rect(square);
                }
            }
            fill(Shade::Black, surface);
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

/// Letters of one font at a time.
fn text(
    letters: &[(Letter, f32)],
    [mut x, y]: [f32; 2],
    size: f32,
    fonts: &Fonts,
    surface: &mut Surface<'_>,
) {
    let face =
        |(letter, _): &(Letter, f32)| -> Option<Face> { letter.glyph.map(|glyph| glyph.face) };
    for run in letters.chunk_by(|a, b| face(a) == face(b)) {
        let Some(face) = run.first().and_then(face) else {
            continue;
        };
        let mut text = String::new();
        let mut glyphs = Vec::with_capacity(run.len());
        let mut width = 0.0;
        for (letter, advance) in run {
            let Some(glyph) = letter.glyph else {
                continue;
            };
            let from = text.len();
            text.push(letter.character);
            text.extend(letter.selector);
            let mut put = |glyph: u32, advance: f32| {
                let range = from..text.len();
                let id = GlyphId::new(glyph);
                glyphs.push(KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, range, None));
            };
            match letter.over {
                Some(over) if over.face == face => {
                    put(glyph.id, 0.0);
                    put(over.id, *advance);
                }
                _ => put(glyph.id, *advance),
            }
            width += advance * size;
        }
        let font = fonts.font(face);
        surface.draw_glyphs(Point::from_xy(x, y), &glyphs, font, &text, size, false);
        x += width;
    }
}

/// Four arcs of Bézier curves.
fn circle(x: f32, y: f32, radius: f32) -> PathBuilder {
    // The distance of the control points at which a quarter of a circle deviates least.
    let away = 0.552_284_8 * radius;
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.cubic_to(x + radius, y + away, x + away, y + radius, x, y + radius);
    path.cubic_to(x - away, y + radius, x - radius, y + away, x - radius, y);
    path.cubic_to(x - radius, y - away, x - away, y - radius, x, y - radius);
    path.cubic_to(x + away, y - radius, x + radius, y - away, x + radius, y);
    path.close();
    path
}

fn fill(shade: Shade, surface: &mut Surface<'_>) {
    surface.set_stroke(None);
    surface.set_fill(Some(Fill {
        paint: colour(shade).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }));
}

fn pen(shade: Shade, width: f32, line_cap: LineCap) -> Pen {
    Pen {
        paint: colour(shade).into(),
        width,
        line_cap,
        line_join: LineJoin::Round,
        ..Pen::default()
    }
}

fn trace(path: PathBuilder, pen: Pen, surface: &mut Surface<'_>) {
    surface.set_fill(None);
    surface.set_stroke(Some(pen));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
    surface.set_stroke(None);
}

fn colour(shade: Shade) -> luma::Color {
    luma::Color::new(match shade {
        Shade::Black => 0,
        Shade::Grey => 110,
        Shade::Pale => 170,
    })
}
