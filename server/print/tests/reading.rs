//! A PDF as Poppler's programs read it (Debian's poppler-utils; scripts/need.sh installs them).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A file of its own, gone when it is dropped.
pub(crate) struct File {
    folder: PathBuf,
}

/// A word where it stands: points from the page's upper left corner.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

impl File {
    pub(crate) fn new(pdf: &[u8]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("warmline-print-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("paper.pdf"), pdf).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// How many pages the file has.
    pub(crate) fn pages(&self) -> u32 {
        let told = run("pdfinfo", &[&self.path("paper.pdf")]);
        let line = told.lines().find_map(|line| line.strip_prefix("Pages:"));
        line.unwrap().trim().parse().unwrap()
    }

    /// The text of each page in the order in which it was written, without any spaces.
    pub(crate) fn texts(&self) -> Vec<String> {
        let text = run(
            "pdftotext",
            &[Path::new("-raw"), &self.path("paper.pdf"), Path::new("-")],
        );
        let mut pages: Vec<_> = text
            .split('\u{c}')
            .map(|page| page.split_whitespace().collect::<String>())
            .collect();
        // What follows the last form feed.
        assert_eq!(pages.pop().unwrap(), "");
        pages
    }

    /// The words of each page with their places.
    pub(crate) fn words(&self) -> Vec<Vec<Word>> {
        let text = run(
            "pdftotext",
            &[Path::new("-bbox"), &self.path("paper.pdf"), Path::new("-")],
        );
        let pages = text.split("<page ").skip(1);
        pages
            .map(|page| page.lines().filter_map(word).collect())
            .collect()
    }

    /// The lower right corner of each page as a PNG, 60 mm wide and 40 mm high, of 200 points to an inch.
    pub(crate) fn corners(&self) -> Vec<PathBuf> {
        let pixels = |millimetres: f32| (millimetres / 25.4 * 200.0).round().to_string();
        let (x, y, width, height) = (pixels(150.0), pixels(257.0), pixels(60.0), pixels(40.0));
        let options = [
            "-r", "200", "-png", "-x", &x, "-y", &y, "-W", &width, "-H", &height,
        ];
        let (paper, page) = (self.path("paper.pdf"), self.path("page"));
        let mut arguments: Vec<_> = options.iter().map(Path::new).collect();
        arguments.extend([paper.as_path(), &page]);
        run("pdftoppm", &arguments);
        let mut found: Vec<_> = fs::read_dir(&self.folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "png"))
            .collect();
        found.sort();
        found
    }
}

impl Drop for File {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// What a program prints; it must succeed, and have nothing to complain of.
pub(crate) fn run(program: &str, arguments: &[&Path]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| {
        panic!("{program}: {error}; scripts/need.sh test installs what is missing")
    });
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {complaints}");
    assert_eq!(complaints, "", "{program}");
    String::from_utf8(output.stdout).unwrap()
}

fn word(line: &str) -> Option<Word> {
    let line = line.trim().strip_prefix("<word ")?;
    let (places, rest) = line.split_once('>')?;
    let mut places = places
        .split('"')
        .skip(1)
        .step_by(2)
        .map(|place| place.parse::<f32>().unwrap());
    let text = rest.strip_suffix("</word>")?;
    Some(Word {
        x: places.next()?,
        y: places.next()?,
        right: places.next()?,
        bottom: places.next()?,
        text: text
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&"),
    })
}
