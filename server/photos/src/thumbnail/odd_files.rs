//! Files as cameras, messengers and editors really write them, made here byte by byte.

mod making;

use super::*;
use making::*;

/// What every browser shows, with the size that it shows.
fn shown() -> Vec<(&'static str, Vec<u8>, (u32, u32))> {
    let junk = |between: &[u8]| Parts {
        frame: [between, &frame(0xc0, 8, 8, &[1, 2, 3])].concat(),
        ..Parts::default()
    };
    let ended = |after: Vec<u8>| Parts {
        after,
        ..Parts::default()
    };
    let progressive = Parts {
        frame: frame(0xc2, 8, 8, &[1, 2, 3]),
        scan: scan(&[1, 2, 3], COLOUR, true),
        ..Parts::default()
    };
    let unknown_adobe = with(adobe(9));
    let adobe_grey = Parts {
        before: adobe(0),
        ..of_colours(&[1], GREY)
    };
    let jfif_and_adobe = with([jfif(), adobe(0)].concat());
    let motion = [
        &[0xff, 0xd9],
        b"\0\0\0\x18ftypmp42".as_slice(),
        PLACE.as_bytes(),
    ]
    .concat();
    let second = [vec![0xff, 0xd9], with(exif(3)).file()].concat();
    let all_notes = [
        jfif(),
        named(0xe1, b"http://ns.adobe.com/xap/1.0/\0"),
        named(0xe2, b"MPF\0"),
        named(0xed, b"Photoshop 3.0\0"),
        named(0xef, b""),
        named(0xfe, b""),
    ];
    vec![
        ("plain", Parts::default().file(), (16, 8)),
        ("grey", of_colours(&[1], GREY).file(), (16, 8)),
        ("progressive", progressive.file(), (16, 8)),
        ("turned", with(exif(6)).file(), (8, 16)),
        (
            "turned by the first of two Exif blocks",
            with([exif(6), exif(1)].concat()).file(),
            (8, 16),
        ),
        (
            "not turned by the second of two Exif blocks",
            with([exif(1), exif(6)].concat()).file(),
            (16, 8),
        ),
        (
            "Exif after JFIF and XMP",
            with(
                [
                    jfif(),
                    named(0xe1, b"http://ns.adobe.com/xap/1.0/\0"),
                    exif(6),
                ]
                .concat(),
            )
            .file(),
            (8, 16),
        ),
        (
            "Exif cut",
            with(segment(0xe1, b"Exif\0\0MM\0\x2a\0\0")).file(),
            (16, 8),
        ),
        (
            "Exif that points nowhere",
            with(segment(0xe1, b"Exif\0\0MM\0\x2a\xff\xff\xff\xff")).file(),
            (16, 8),
        ),
        (
            "empty segments",
            with([segment(0xe1, b""), segment(0xfe, b"")].concat()).file(),
            (16, 8),
        ),
        (
            "all kinds of notes",
            with(all_notes.concat()).file(),
            (16, 8),
        ),
        ("bytes between segments", junk(b"junk\0\0").file(), (16, 8)),
        (
            "a stuffed byte between segments",
            junk(&[0xff, 0, 0x13]).file(),
            (16, 8),
        ),
        ("fill bytes", junk(&[0xff; 9]).file(), (16, 8)),
        ("a film after the end", ended(motion).file(), (16, 8)),
        (
            "a second picture after the end",
            ended(second).file(),
            (16, 8),
        ),
        ("without an end", ended(vec![]).file(), (16, 8)),
        (
            "height said again after the scan",
            ended(vec![0xff, 0xdc, 0, 4, 0, 8, 0xff, 0xd9]).file(),
            (16, 8),
        ),
        (
            "Adobe, of a kind nobody knows",
            unknown_adobe.file(),
            (16, 8),
        ),
        ("Adobe, grey", adobe_grey.file(), (16, 8)),
        ("Adobe beside JFIF", jfif_and_adobe.file(), (16, 8)),
    ]
}

#[test]
fn what_a_browser_shows_is_shown_upright_and_tells_nothing_else() {
    for (name, file, size) in shown() {
        assert!(Header::read(&file).is_ok(), "{name}");
        let files = Maker::default()
            .thumbnails(&file)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        for thumbnail in [&files.large, &files.small] {
            let picture = image::load_from_memory(thumbnail).unwrap().into_rgb8();
            assert_eq!(picture.dimensions(), size, "{name}");
            // Turned by 90 degrees to the right, the dark left half is on top.
            let (first, last) = (
                picture.get_pixel(2, 2),
                picture.get_pixel(size.0 - 3, size.1 - 3),
            );
            assert!(first[0] < 70 && last[0] > 190, "{name}: {first:?} {last:?}");
            assert_bare(name, thumbnail);
        }
    }
}

/// Tables, frame, scan and the empty JFIF segment that the encoder writes; nothing that could tell of place or camera.
fn assert_bare(name: &str, jpeg: &[u8]) {
    let mut rest = jpeg.strip_prefix(&[0xff, 0xd8]).unwrap();
    while let [0xff, marker, h, l, ..] = rest {
        let length = usize::from(u16::from_be_bytes([*h, *l]));
        match marker {
            0xe0 => assert_eq!(length, 16, "{name}"),
            0xc0 | 0xc4 | 0xdb => {}
            0xda => break,
            _ => panic!("{name}: segment {marker:x}"),
        }
        rest = &rest[2 + length..];
    }
    for trace in [
        b"Exif".as_slice(),
        b"48.8583N",
        "王某某".as_bytes(),
        b"ftyp",
    ] {
        assert!(
            !jpeg.windows(trace.len()).any(|part| part == trace),
            "{name}"
        );
    }
}

#[test]
fn colours_are_those_of_a_browser() {
    let red_of_print = [[255, 0, 0, 255].as_slice(); 2];
    let red_of_ycck = [[76, 85, 255, 255].as_slice(); 2];
    let red = [[255, 0, 0].as_slice(); 2];
    for (name, parts) in [
        ("CMYK", of_colours(&[1, 2, 3, 4], red_of_print)),
        (
            "CMYK of Adobe",
            Parts {
                before: adobe(0),
                ..of_colours(&[1, 2, 3, 4], red_of_print)
            },
        ),
        (
            "YCCK of Adobe",
            Parts {
                before: adobe(2),
                ..of_colours(&[1, 2, 3, 4], [[179, 171, 1, 255].as_slice(); 2])
            },
        ),
        (
            "RGB of Adobe",
            Parts {
                before: adobe(0),
                ..of_colours(&[1, 2, 3], red)
            },
        ),
        ("RGB by its letters", of_colours(b"RGB", red)),
        (
            "YCbCr",
            of_colours(&[1, 2, 3], red_of_ycck.map(|value| &value[..3])),
        ),
    ] {
        let files = Maker::default()
            .thumbnails(&parts.file())
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let picture = image::load_from_memory(&files.large).unwrap().into_rgb8();
        let [r, g, b] = picture.get_pixel(8, 4).0;
        assert!(r > 230 && g < 30 && b < 30, "{name}: {r} {g} {b}");
    }
}

#[test]
fn what_no_browser_shows_is_refused_with_its_header() {
    let of_frame = |frame: Vec<u8>| {
        Parts {
            frame,
            ..Parts::default()
        }
        .file()
    };
    let ids = [1, 2, 3];
    let mut apple = b"\x89PNG\r\n\x1a\n\0\0\0\x04CgBI\x50\0\x20\x02....".to_vec();
    apple.extend(b"\0\0\0\x0dIHDR\0\0\0\x08\0\0\0\x08\x08\x06\0\0\0....");
    for (name, file) in [
        (
            "height only after the scan",
            of_frame(frame(0xc0, 0, 8, &ids)),
        ),
        ("12 bits", of_frame(frame(0xc1, 8, 12, &ids))),
        ("lossless", of_frame(frame(0xc3, 8, 8, &ids))),
        ("arithmetic coding", of_frame(frame(0xc9, 8, 8, &ids))),
        ("two components", of_frame(frame(0xc0, 8, 8, &ids[..2]))),
        ("no frame before the scan", of_frame(vec![])),
        ("an end before the frame", of_frame(vec![0xff, 0xd9])),
        (
            "a start before the frame",
            of_frame([vec![0xff, 0xd8], Parts::default().frame].concat()),
        ),
        (
            "a segment without length",
            of_frame([vec![0xff, 0xe0, 0, 1], Parts::default().frame].concat()),
        ),
        (
            "bytes before the start",
            [b"\0".to_vec(), Parts::default().file()].concat(),
        ),
        ("bytes after the start", with(b"junk".to_vec()).file()),
        ("a PNG of Apple's own", apple),
        ("nothing", vec![]),
    ] {
        assert_eq!(Header::read(&file), Err(NotAPhoto::Format), "{name}");
        let refused = Maker::default().thumbnails(&file).unwrap_err();
        assert_eq!(refused.code(), "media_type_refused", "{name}");
    }
}

#[test]
fn a_file_without_pixels_and_one_with_two_frames_are_damaged() {
    let frames = [
        frame(0xc0, 8, 8, &[1, 2, 3]),
        frame(0xc0, 12_000, 8, &[1, 2, 3]),
    ]
    .concat();
    let two = Parts {
        frame: frames,
        ..Parts::default()
    };
    let none = Parts {
        scan: vec![],
        ..Parts::default()
    };
    for file in [two.file(), none.file()] {
        assert!(Header::read(&file).is_ok());
        let refused = Maker::default().thumbnails(&file).unwrap_err();
        assert_eq!(refused.code(), "picture_damaged");
    }
}

#[test]
fn a_photo_cut_in_its_pixels_shows_what_came() {
    let picture = RgbImage::from_fn(320, 240, |x, y| {
        let light = u8::try_from((x * 7 + y * 13) % 200).unwrap();
        Rgb([light, light / 2, 40])
    });
    let whole = encode(&picture).unwrap();
    let cut = &whole[..whole.len() / 2];
    let files = Maker::default().thumbnails(cut).unwrap();
    let shown = image::load_from_memory(&files.large).unwrap().into_rgb8();
    assert_eq!(shown.dimensions(), (320, 240));
    let difference = |y| shown.get_pixel(9, y)[0].abs_diff(picture.get_pixel(9, y)[0]);
    assert!(difference(4) < 40, "the top is there");
}

#[test]
fn the_small_thumbnail_of_a_long_photo_is_its_top_as_it_is_shown() {
    // Lying in the file, upright when shown: what is dark on the left is then on top.
    let lying = RgbImage::from_fn(1000, 100, |x, _| Rgb([if x < 100 { 20 } else { 230 }; 3]));
    let file = encode(&lying).unwrap();
    let (start, rest) = file.split_at(2);
    let photo = [start, &exif(6), rest].concat();
    let files = Maker::default().thumbnails(&photo).unwrap();
    let [large, small] =
        [&files.large, &files.small].map(|file| image::load_from_memory(file).unwrap().into_rgb8());
    assert_eq!(
        (large.dimensions(), small.dimensions()),
        ((100, 1000), (100, 320))
    );
    let light = |y| small.get_pixel(50, y)[0];
    assert!(light(50) < 60 && light(150) > 190);
}

#[test]
fn a_png_and_a_webp_tell_nothing_either() {
    let picture = DynamicImage::from(RgbImage::from_fn(16, 8, |x, _| {
        Rgb([if x < 8 { 20 } else { 230 }; 3])
    }));
    let plain = |format| {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        file.into_inner()
    };
    let turned = &exif(6)[10..];
    let png = plain(image::ImageFormat::Png);
    let (header, rest) = png.split_at(8 + 25);
    let text = [b"Comment\0", PLACE.as_bytes()].concat();
    let png = [
        header,
        &png_chunk(b"eXIf", turned),
        &png_chunk(b"tEXt", &text),
        rest,
    ]
    .concat();
    let webp = plain(image::ImageFormat::WebP);
    // Extended, with Exif and XMP, less one: width and height.
    let extended = [0b1100, 0, 0, 0, 15, 0, 0, 7, 0, 0];
    let chunks = [
        b"WEBP",
        webp_chunk(b"VP8X", &extended).as_slice(),
        &webp[12..],
        &webp_chunk(b"EXIF", turned),
        &webp_chunk(b"XMP ", PLACE.as_bytes()),
    ]
    .concat();
    let webp = webp_chunk(b"RIFF", &chunks);
    for (name, file) in [("PNG", png), ("WebP", webp)] {
        let files = Maker::default()
            .thumbnails(&file)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let shown = image::load_from_memory(&files.large).unwrap().into_rgb8();
        assert_eq!(shown.dimensions(), (8, 16), "{name}");
        assert!(shown.get_pixel(2, 2)[0] < 60 && shown.get_pixel(5, 13)[0] > 190);
        assert_bare(name, &files.large);
        assert_bare(name, &files.small);
    }
}

#[test]
fn no_file_of_any_shape_stops_the_hub() {
    for (_, file, _) in shown() {
        for end in 0..file.len() {
            let cut = &file[..end];
            let _ = Header::read(cut);
            let _ = Maker::default().thumbnails(cut);
        }
        for at in 2..file.len() {
            for byte in [0x00, 0x01, 0x7f, 0xc4, 0xd9, 0xda, 0xdc, 0xff] {
                let mut spoiled = file.clone();
                spoiled[at] = byte;
                if Header::read(&spoiled).is_ok() {
                    let _ = jpeg::plain(&spoiled);
                }
            }
        }
    }
}
