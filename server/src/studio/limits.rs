//! How much a studio may hold: an editor is trusted, and mistakes are bounded all the same.

/// Bytes of one file that is written in the studio. A bot's own larger files stay as they are.
pub const FILE_BYTES_MAX: usize = 2 << 20;
/// Bytes of all files of a draft: what a package may have.
pub const DRAFT_BYTES_MAX: u64 = basilect_compiler::package::UNPACKED_BYTES;
/// Files of a draft.
pub const FILES_MAX: usize = 2_000;
/// Drafts of a server.
pub const DRAFTS_MAX: usize = 200;
/// Bytes of a path inside a draft.
pub const PATH_BYTES_MAX: usize = 240;
/// Folders above a file of a draft.
pub const DEPTH_MAX: usize = 8;
/// Lines that a search shows.
pub const MATCHES_MAX: usize = 500;
/// Characters of a line that a search shows.
pub const MATCH_CHARS_MAX: usize = 240;
/// People signed in at once.
pub const SESSIONS_MAX: usize = 200;
/// Language servers at once: one for each open page.
pub const LANGUAGE_SERVERS_MAX: usize = 32;
/// Bytes of one message of an editor to the language server.
pub const MESSAGE_BYTES_MAX: usize = 4 << 20;
/// Compilations and runs of tests at once.
pub const WORK_MAX: usize = 2;
/// Transcripts that one run takes.
pub const TESTS_MAX: usize = 500;
/// Seconds that one transcript may take.
pub const TEST_SECONDS_MAX: u64 = 20;
/// Conversations with a draft that are kept, each with the package that it runs on.
pub const CONVERSATIONS_MAX: u32 = 30;
/// Earlier versions of drafts that stay ready to run; others are read again when they are needed.
pub const VERSIONS_MAX: usize = 8;
