//! The options that several commands share for how programs run.

use std::path::PathBuf;

use clap::Args;

/// What `--code-cache` is where nothing is kept.
#[cfg(feature = "native")]
const NONE: &str = "none";

/// Whether programs may be compiled to machine code, and where that is kept.
#[derive(Clone, Debug, Args)]
pub struct EngineOptions {
    /// Interpret programs, and never compile them to machine code
    #[arg(long, env = "BASILECT_INTERPRET")]
    interpret: bool,
    /// Where machine code is kept from one run to the next, or `none` (default: code in the data
    /// folder of a server, otherwise basilect/code in the user's cache folder)
    #[arg(long, value_name = "FOLDER", env = "BASILECT_CODE_CACHE")]
    code_cache: Option<PathBuf>,
}

impl EngineOptions {
    /// Lets programs that use much fuel be compiled, unless that is not wanted. What was made is
    /// kept in a folder, by default in this one, if there is one.
    pub fn install(&self, usual: Option<PathBuf>) {
        #[cfg(feature = "native")]
        if !self.interpret {
            let folder = self.code_cache.clone().or(usual);
            if let Some(folder) = folder.filter(|folder| folder.as_os_str() != NONE) {
                basilect_native::keep_in(&folder, basilect_native::KEPT_BYTES);
            }
            basilect_native::install();
        }
        #[cfg(not(feature = "native"))]
        let _ = (self.interpret, &self.code_cache, usual);
    }
    /// The same for a process that runs one program, which may wait while it is compiled.
    pub fn install_for_one(&self, usual: Option<PathBuf>) {
        #[cfg(feature = "native")]
        basilect_native::wait_for_code();
        self.install(usual);
    }
}

/// Where the machine code of the person at the terminal is kept, if the system says where such
/// things go.
pub fn user_folder() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.cache_dir().join("basilect").join("code"))
}
