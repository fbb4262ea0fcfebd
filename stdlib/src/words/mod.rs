//! The keywords that the host serves, one file a family, joined into [`HostCall`].

use crate::keyword::Keyword;
use crate::{Data, Fault};

pub mod agents;
pub mod chat;
pub mod drive;
pub mod execution;
pub mod http;
pub mod knowledge;
pub mod mail;
pub mod media;
pub mod memory;
pub mod models;
pub mod observe;
pub mod office;
pub mod rows;
pub mod schedule;
pub mod social;
pub mod suggestions;
pub mod table;
pub mod tools;
pub mod vocabulary;
pub mod web;

pub use vocabulary::{function, longest, lookup};

macro_rules! families {
    ($($(#[doc = $doc:literal])* $variant:ident => $module:ident,)+) => {
        /// A request that the machine makes to its host, decoded and typed.
        #[derive(Clone, Debug, PartialEq)]
        pub enum HostCall { $( $(#[doc = $doc])* $variant($module::Call) ),+ }

        impl HostCall {
            /// Reads the arguments of the keyword `words` (canonical spelling).
            pub fn decode(
                words: &str,
                args: impl IntoIterator<Item = Data>,
            ) -> Result<HostCall, Fault> {
                HostCall::decode_each(words, &mut args.into_iter())
            }
            fn decode_each(
                words: &str,
                args: &mut dyn Iterator<Item = Data>,
            ) -> Result<HostCall, Fault> {
                $(
                    if let Some(call) = $module::decode(words, args) {
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

        /// Every keyword that the host serves, family by family. These are references to where the
        /// families are declared: there is one of each keyword, wherever this is used.
        const HOST: &[&&[Keyword]] = &[ $( &$module::KEYWORDS ),+ ];

        /// Every keyword that the host serves.
        pub fn host_keywords() -> impl Iterator<Item = &'static Keyword> {
            HOST.iter().flat_map(|family| family.iter())
        }
    };
}

families! {
    /// Speaking and listening.
    Chat => chat,
    /// Buttons and switches.
    Suggestions => suggestions,
    /// What is remembered.
    Memory => memory,
    /// Tables.
    Rows => rows,
    /// Addresses on the network.
    Http => http,
    /// Files.
    Drive => drive,
    /// Mail and messages to others.
    Mail => mail,
    /// Language models.
    Models => models,
    /// Scripts that the model may call.
    Tools => tools,
    /// Knowledge bases.
    Knowledge => knowledge,
    /// Time and events.
    Schedule => schedule,
    /// Tasks and appointments.
    Office => office,
    /// Operators and other bots.
    Agents => agents,
    /// Pictures, charts, sounds.
    Media => media,
    /// Foreign code.
    Execution => execution,
    /// Logs and figures.
    Observe => observe,
    /// Social networks.
    Social => social,
    /// Pages and sites.
    Web => web,
}

/// Every word of the language: host keywords, then pure functions.
pub fn all() -> impl Iterator<Item = &'static Keyword> {
    host_keywords().chain(crate::pure::functions())
}
