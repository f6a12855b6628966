//! How large the thumbnails of a picture are, and which part of it the small one shows.
//!
//! A chat as one long screenshot and a panorama are looked at piece by piece: what must stay readable is their short
//! side. Phones keep their photos by the same rule.

use super::format::MAX_SIDE;

/// Longest side of the large thumbnail of an ordinary photo: enough to read a sign on a wall.
pub const LARGE: u32 = 1600;
/// Longest side of the small thumbnail, for lists.
pub const SMALL: u32 = 320;
/// Short side of the large thumbnail of a long picture: the width of a phone's screen.
const LONG_SHORT: u32 = 1080;
/// Pixels of the large thumbnail of a long picture: what old phones can still show.
const LONG_PIXELS: u64 = 16_000_000;

/// Width and height.
pub(crate) type Size = (u32, u32);

/// More than two and a half times as long as wide: no camera and no screen has that shape.
fn is_long((width, height): Size) -> bool {
    let (long, short) = (width.max(height), width.min(height));
    u64::from(long) * 2 > u64::from(short) * 5
}

/// The size of the large thumbnail; never larger than the picture.
pub(crate) fn reading(size: Size) -> Size {
    if !is_long(size) {
        return fitting(size, LARGE);
    }
    let (long, short) = (u64::from(size.0.max(size.1)), u64::from(size.0.min(size.1)));
    let most = [
        long * u64::from(LONG_SHORT) / short.max(1),
        (LONG_PIXELS * long / short.max(1)).isqrt(),
        u64::from(MAX_SIDE),
    ];
    let longest = most.into_iter().min().unwrap_or(long);
    fitting(size, u32::try_from(longest).unwrap_or(MAX_SIDE))
}

/// The part that the small thumbnail shows, as left, top, width and height: all of an ordinary picture; of a long one
/// its beginning or its middle, in the shape of a photo.
pub(crate) fn glance((width, height): Size) -> (u32, u32, u32, u32) {
    if !is_long((width, height)) {
        return (0, 0, width, height);
    }
    // A thin strip shows as much of its length as there is room for.
    let shown = |short: u32, long: u32| (short.saturating_mul(4) / 3).max(SMALL).min(long);
    if height > width {
        (0, 0, width, shown(width, height))
    } else {
        let part = shown(height, width);
        ((width - part) / 2, 0, part, height)
    }
}

/// The largest size of the same shape with no side over `longest`; never larger than it was.
pub(crate) fn fitting((width, height): Size, longest: u32) -> Size {
    let side = width.max(height);
    if side <= longest {
        return (width, height);
    }
    let scaled = |length: u32| {
        let rounded =
            (u64::from(length) * u64::from(longest) + u64::from(side) / 2) / u64::from(side);
        u32::try_from(rounded).unwrap_or(longest).max(1)
    };
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_picture_keeps_its_short_side_readable() {
        for (size, large) in [
            ((4000, 3000), (1600, 1200)),
            // The longest screen of a phone is no long picture yet.
            ((1080, 2640), (655, 1600)),
            ((1080, 2700), (640, 1600)),
            ((1080, 2701), (1080, 2701)),
            ((1080, 12_000), (1080, 12_000)),
            ((1440, 12_000), (1080, 9000)),
            ((12_000, 3000), (4320, 1080)),
            ((300, 4000), (300, 4000)),
            ((12_000, 1), (12_000, 1)),
            // A phone's screen in every shape stays within what old phones can show.
            ((1080, 20_000), (648, 12_000)),
        ] {
            assert_eq!(reading(size), large, "{size:?}");
            let (width, height) = reading(size);
            assert!(u64::from(width) * u64::from(height) <= LONG_PIXELS);
        }
    }

    #[test]
    fn the_small_thumbnail_shows_the_top_of_a_chat_and_the_middle_of_a_panorama() {
        for (size, part) in [
            ((1600, 1200), (0, 0, 1600, 1200)),
            ((1080, 12_000), (0, 0, 1080, 1440)),
            ((4320, 1080), (1440, 0, 1440, 1080)),
            ((100, 4000), (0, 0, 100, 320)),
            ((12_000, 1), (5840, 0, 320, 1)),
            ((1, 3), (0, 0, 1, 3)),
        ] {
            assert_eq!(glance(size), part, "{size:?}");
        }
    }
}
