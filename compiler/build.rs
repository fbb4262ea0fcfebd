//! Makes the parser's tables from the grammar.

fn main() {
    println!("cargo:rerun-if-changed=src/grammar.lalrpop");
    let made = lalrpop::Configuration::new()
        .emit_rerun_directives(false)
        .use_cargo_dir_conventions()
        .process();
    if let Err(error) = made {
        eprintln!("the grammar cannot be turned into a parser: {error}");
        std::process::exit(1);
    }
}
