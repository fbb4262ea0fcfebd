//! What editor and server agree on at the beginning.

use std::path::PathBuf;

use lsp_types::{
    CallHierarchyServerCapability, CodeActionKind, CodeActionOptions, CodeActionProviderCapability,
    CodeLensOptions, ColorProviderCapability, CompletionOptions, DocumentLinkOptions,
    DocumentOnTypeFormattingOptions, FileOperationFilter, FileOperationPattern,
    FileOperationPatternKind, FileOperationRegistrationOptions, FoldingRangeProviderCapability,
    HoverProviderCapability, ImplementationProviderCapability, InitializeParams, InitializeResult,
    OneOf, PositionEncodingKind, RenameOptions, SelectionRangeProviderCapability,
    SemanticTokensFullOptions, SemanticTokensOptions, SemanticTokensServerCapabilities,
    ServerCapabilities, ServerInfo, SignatureHelpOptions, TextDocumentSyncCapability,
    TextDocumentSyncKind, WorkspaceFileOperationsServerCapabilities,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use serde_json::{Value, json};

use super::{Failure, Server};
use crate::document::Encoding;
use crate::features::{actions, tokens};
use crate::workspace::places;

/// What the editor can do, as far as answers depend on it.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// What columns count.
    pub encoding: Encoding,
    /// Whether completions may hold places to fill in.
    pub snippets: bool,
    /// Whether it shows how far work has come.
    pub progress: bool,
    /// Whether it can be asked to watch files.
    pub watches: bool,
}

impl Session {
    /// From what the editor says, with its folders.
    pub fn new(params: InitializeParams) -> (Session, Vec<PathBuf>) {
        let folders = params.workspace_folders.clone().unwrap_or_default();
        let mut roots: Vec<PathBuf> =
            folders.iter().filter_map(|folder| places::path_of(&folder.uri)).collect();
        if roots.is_empty() {
            roots.extend(old_root(&params));
        }
        // Read as a tree: what an editor does not say is not there at any depth.
        let said = serde_json::to_value(&params.capabilities).unwrap_or_default();
        let has = |path: &str| said.pointer(path).and_then(Value::as_bool) == Some(true);
        let encodings = said.pointer("/general/positionEncodings").and_then(Value::as_array);
        let bytes = encodings.is_some_and(|all| all.iter().any(|encoding| encoding == "utf-8"));
        let session = Session {
            encoding: if bytes { Encoding::Utf8 } else { Encoding::Utf16 },
            snippets: has("/textDocument/completion/completionItem/snippetSupport"),
            progress: has("/window/workDoneProgress"),
            watches: has("/workspace/didChangeWatchedFiles/dynamicRegistration"),
        };
        (session, roots)
    }

    /// What this server can do.
    pub fn greeting(&self) -> Result<Value, Failure> {
        let encoding = match self.encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        };
        let version = Some(env!("CARGO_PKG_VERSION").to_string());
        let result = InitializeResult {
            capabilities: ServerCapabilities {
                position_encoding: Some(encoding),
                ..capabilities()
            },
            server_info: Some(ServerInfo { name: "basilect".into(), version }),
        };
        Ok(serde_json::to_value(result)?)
    }
}

/// The one folder that old editors name.
#[expect(deprecated, reason = "editors that know no folders still send it")]
fn old_root(params: &InitializeParams) -> Option<PathBuf> {
    params.root_uri.as_ref().and_then(places::path_of)
}

fn capabilities() -> ServerCapabilities {
    let letters = |all: &str| all.chars().map(String::from).collect::<Vec<_>>();
    let sync = TextDocumentSyncKind::INCREMENTAL;
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(sync)),
        completion_provider: Some(CompletionOptions {
            resolve_provider: Some(true),
            trigger_characters: Some(letters(".\"{ ")),
            ..CompletionOptions::default()
        }),
        signature_help_provider: Some(SignatureHelpOptions {
            trigger_characters: Some(letters("(, ")),
            ..SignatureHelpOptions::default()
        }),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: Default::default(),
        }),
        document_on_type_formatting_provider: Some(DocumentOnTypeFormattingOptions {
            first_trigger_character: "\n".into(),
            more_trigger_character: None,
        }),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: Default::default(),
        })),
        semantic_tokens_provider: Some(token_capabilities()),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![
                CodeActionKind::QUICKFIX,
                CodeActionKind::REFACTOR_EXTRACT,
                CodeActionKind::REFACTOR_REWRITE,
                CodeActionKind::SOURCE_FIX_ALL,
                actions::CANONICAL,
            ]),
            ..CodeActionOptions::default()
        })),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        ..simple()
    }
}

/// What is offered without further words.
fn simple() -> ServerCapabilities {
    ServerCapabilities {
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        implementation_provider: Some(ImplementationProviderCapability::Simple(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        call_hierarchy_provider: Some(CallHierarchyServerCapability::Simple(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        color_provider: Some(ColorProviderCapability::Simple(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        document_range_formatting_provider: Some(OneOf::Left(true)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: Some(WorkspaceFileOperationsServerCapabilities {
                will_rename: Some(renamed_files()),
                ..WorkspaceFileOperationsServerCapabilities::default()
            }),
        }),
        ..ServerCapabilities::default()
    }
}

/// The files and folders after whose names scripts ask.
fn renamed_files() -> FileOperationRegistrationOptions {
    let filter = |glob: &str, matches| FileOperationFilter {
        scheme: Some("file".into()),
        pattern: FileOperationPattern { glob: glob.into(), matches: Some(matches), options: None },
    };
    FileOperationRegistrationOptions {
        filters: vec![
            filter("**/*.{bas,vbs}", FileOperationPatternKind::File),
            filter("**/*.gbkb/*", FileOperationPatternKind::Folder),
        ],
    }
}

fn token_capabilities() -> SemanticTokensServerCapabilities {
    SemanticTokensServerCapabilities::SemanticTokensOptions(SemanticTokensOptions {
        legend: tokens::legend(),
        range: Some(true),
        full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
        work_done_progress_options: Default::default(),
    })
}

/// The files whose changes on the disk concern a bot.
const WATCHED: &str = "**/*.{bas,vbs,gbdialog,csv,chat,css,md,txt,pdf}";

impl Server<'_> {
    /// Asks the editor to tell of changes on the disk.
    pub(super) fn register(&self) -> Result<(), Failure> {
        if !self.session.watches {
            return Ok(());
        }
        let options = json!({ "watchers": [{ "globPattern": WATCHED }] });
        let watching = json!({
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": options,
        });
        self.send(lsp_server::Request {
            id: "register-files".to_string().into(),
            method: "client/registerCapability".into(),
            params: json!({ "registrations": [watching] }),
        })
    }
}
