//! The keywords that the host serves, one file a family, joined into [`HostCall`].

use crate::keyword::Keyword;
use crate::{Data, Fault};

pub mod chat;

macro_rules! families {
    ($($(#[doc = $doc:literal])* $variant:ident => $module:ident,)+) => {
        /// A request that the machine makes to its host, decoded and typed.
        #[derive(Clone, Debug, PartialEq)]
        pub enum HostCall { $( $(#[doc = $doc])* $variant($module::Call) ),+ }

        impl HostCall {
            /// Reads the arguments of the keyword `words` (canonical spelling).
            pub fn decode(words: &str, args: Vec<Data>) -> Result<HostCall, Fault> {
                let mut args = args.into_iter();
                $(
                    if let Some(call) = $module::decode(words, &mut args) {
                        return call.map(HostCall::$variant);
                    }
                )+
                Err(Fault::new(
                    crate::TrapCode::NotFound,
                    format!("this server does not know the keyword {words}"),
                ))
            }
            /// The keyword's canonical words.
            pub fn words(&self) -> &'static str {
                match self { $( HostCall::$variant(call) => call.words() ),+ }
            }
        }

        /// Every keyword that the host serves.
        pub fn host_keywords() -> impl Iterator<Item = &'static Keyword> {
            std::iter::empty()$( .chain($module::KEYWORDS.iter()) )+
        }
    };
}

families! {
    /// Speaking and listening.
    Chat => chat,
}

/// Every word of the language: host keywords, then pure functions.
pub fn all() -> impl Iterator<Item = &'static Keyword> {
    host_keywords().chain(crate::pure::functions())
}
