//! The bundled sample project: a small real program with one failing test. Its files live in
//! `sample/` and are text to Mira; its Cargo files have other names there, since Cargo would take a
//! nested `Cargo.toml` for a package of its own and leave it out of ours.

use std::{fs, io, path::Path};

/// The sample's files: path in the project, content.
pub const FILES: [(&str, &str); 10] = [
    (".gitignore", include_str!("sample/gitignore")),
    ("Cargo.lock", include_str!("sample/manifest.lock")),
    ("Cargo.toml", include_str!("sample/manifest.toml")),
    ("README.md", include_str!("sample/README.md")),
    ("src/ledger.rs", include_str!("sample/src/ledger.rs")),
    ("src/lib.rs", include_str!("sample/src/lib.rs")),
    ("src/main.rs", include_str!("sample/src/main.rs")),
    ("src/money.rs", include_str!("sample/src/money.rs")),
    ("src/report.rs", include_str!("sample/src/report.rs")),
    ("trip.txt", include_str!("sample/trip.txt")),
];

/// Writes the sample project into `dir`, which is created when missing.
///
/// # Errors
/// When a folder or file cannot be written.
pub fn write_sample(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir.join("src"))?;
    FILES.iter().try_for_each(|(path, content)| fs::write(dir.join(path), content))
}
