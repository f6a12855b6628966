//! What the two thumbnails of a photo cost: `cargo bench -p server --bench thumbnail`.
//!
//! The photo is made here: 12 megapixels with the noise of a phone's sensor, 4 to 6 MB as JPEG.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, Rgb, RgbImage};
use photos::thumbnail::Maker;

fn thumbnails(criterion: &mut Criterion) {
    let Ok(photo) = photo(4032, 3024) else {
        return;
    };
    let mut group = criterion.benchmark_group("thumbnails");
    group
        .sample_size(20)
        .measurement_time(Duration::from_secs(10));
    let mut maker = Maker::default();
    group.bench_function("12 megapixels, JPEG", |bencher| {
        bencher.iter(|| maker.thumbnails(black_box(&photo)));
    });
    group.finish();
}

fn photo(width: u32, height: u32) -> Result<Vec<u8>, ImageError> {
    let mut noise = 1_u32;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [grain, ..] = (noise >> 28).to_le_bytes();
        let wall = if (x / 97 + y / 61) % 5 == 0 { 40 } else { 150 };
        let [light, ..] = (x * 90 / width).to_le_bytes();
        Rgb([
            wall + light / 2 + grain,
            wall + grain,
            wall - light / 3 + grain,
        ])
    });
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 88).encode_image(&picture)?;
    Ok(file)
}

criterion_group!(benches, thumbnails);
criterion_main!(benches);
