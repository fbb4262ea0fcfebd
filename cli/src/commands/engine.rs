//! The options that several commands share for how programs run.

use clap::Args;

/// Whether programs may be compiled to machine code.
#[derive(Clone, Debug, Args)]
pub struct EngineOptions {
    /// Interpret programs, and never compile them to machine code
    #[arg(long, env = "BASILECT_INTERPRET")]
    interpret: bool,
}

impl EngineOptions {
    /// Lets programs that use much fuel be compiled, unless that is not wanted.
    pub fn install(&self) {
        #[cfg(feature = "native")]
        if !self.interpret {
            basilect_native::install();
        }
        #[cfg(not(feature = "native"))]
        let _ = self.interpret;
    }
}
