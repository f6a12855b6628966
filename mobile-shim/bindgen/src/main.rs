//! `shim-bindgen INPUT.wasm OUTPUT_FOLDER` writes the browser package of `mobile-shim`.

use anyhow::Context;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let input = arguments
        .next()
        .context("first argument: the compiled .wasm file")?;
    let output = arguments
        .next()
        .context("second argument: the folder to write to")?;
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.input_path(input).generate(output)?;
    Ok(())
}
