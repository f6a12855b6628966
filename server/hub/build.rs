//! Embeds the web pages anew when they were built anew.

fn main() {
    // Other profiles read the pages from disk when they are asked for. A folder that does not exist would
    // make Cargo run this, and compile the crate, every time.
    let pages = "../../web/dist";
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if release && std::path::Path::new(pages).exists() {
        println!("cargo::rerun-if-changed={pages}");
    } else if release {
        println!("cargo::rerun-if-changed=../../web/package.json");
    } else {
        println!("cargo::rerun-if-changed=build.rs");
    }
}
