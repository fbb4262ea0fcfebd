//! Which request is answered by what.

use lsp_server::ErrorCode;
use lsp_types::request::{
    CallHierarchyIncomingCalls, CallHierarchyOutgoingCalls, CallHierarchyPrepare,
    CodeActionRequest, CodeLensRequest, ColorPresentationRequest, Completion, DocumentColor,
    DocumentHighlightRequest, DocumentLinkRequest, DocumentSymbolRequest, FoldingRangeRequest,
    Formatting, GotoDefinition, GotoImplementation, HoverRequest, InlayHintRequest,
    OnTypeFormatting, PrepareRenameRequest, RangeFormatting, References, Rename, Request,
    ResolveCompletionItem, SelectionRangeRequest, SemanticTokensFullDeltaRequest,
    SemanticTokensFullRequest, SemanticTokensRangeRequest, SignatureHelpRequest, WillRenameFiles,
    WorkspaceSymbolRequest,
};
use serde_json::Value;

use super::Server;
use crate::features::{
    actions, calls, colors, completion, folding, formatting, hints, hover, lens, links, moving,
    navigation, rename, selection, signature, symbols, tokens,
};
use crate::workspace::Workspace;

/// Why a request has no answer.
type Refused = (ErrorCode, String);

/// A request on its way to its answer.
struct Asked<'a> {
    method: &'a str,
    params: Option<Value>,
    answer: Option<Result<Value, Refused>>,
}

impl Asked<'_> {
    /// Answers it, if it is of this kind.
    fn on<R: Request>(
        &mut self,
        answer: impl FnOnce(R::Params) -> Result<R::Result, String>,
    ) -> &mut Self {
        if self.method != R::METHOD {
            return self;
        }
        let params = self.params.take().unwrap_or_default();
        self.answer = Some(match serde_json::from_value(params) {
            Err(error) => Err((ErrorCode::InvalidParams, error.to_string())),
            Ok(params) => match answer(params) {
                Err(why) => Err((ErrorCode::RequestFailed, why)),
                Ok(result) => serde_json::to_value(result)
                    .map_err(|error| (ErrorCode::InternalError, error.to_string())),
            },
        });
        self
    }
}

impl Server<'_> {
    /// The answer to a request.
    pub(super) fn result(&mut self, method: &str, params: Value) -> Result<Value, Refused> {
        let mut asked = Asked { method, params: Some(params), answer: None };
        let (workspace, session) = (&self.workspace, &self.session);
        asked
            .on::<Completion>(|params| Ok(completion::answer(workspace, &params, session.snippets)))
            .on::<ResolveCompletionItem>(|item| Ok(completion::resolve(workspace, item)));
        navigating(&mut asked, workspace);
        reading(&mut asked, workspace);
        acting(&mut asked, workspace);
        let not_offered = || (ErrorCode::MethodNotFound, format!("{method} is not offered"));
        asked.answer.unwrap_or_else(|| Err(not_offered()))
    }
}

fn navigating(asked: &mut Asked<'_>, workspace: &Workspace) {
    asked
        .on::<GotoDefinition>(|params| Ok(navigation::definition(workspace, &params)))
        .on::<GotoImplementation>(|params| Ok(navigation::definition(workspace, &params)))
        .on::<References>(|params| Ok(navigation::references(workspace, &params)))
        .on::<DocumentHighlightRequest>(|params| Ok(navigation::highlights(workspace, &params)))
        .on::<PrepareRenameRequest>(|params| rename::prepare(workspace, &params))
        .on::<Rename>(|params| rename::rename(workspace, &params))
        .on::<WillRenameFiles>(|params| Ok(moving::will_rename(workspace, &params)))
        .on::<DocumentSymbolRequest>(|params| Ok(symbols::of(workspace, &params)))
        .on::<WorkspaceSymbolRequest>(|params| Ok(symbols::search(workspace, &params)))
        .on::<CallHierarchyPrepare>(|params| Ok(calls::prepare(workspace, &params)))
        .on::<CallHierarchyIncomingCalls>(|params| Ok(calls::incoming(workspace, &params)))
        .on::<CallHierarchyOutgoingCalls>(|params| Ok(calls::outgoing(workspace, &params)))
        .on::<DocumentLinkRequest>(|params| Ok(links::of(workspace, &params)));
}

fn reading(asked: &mut Asked<'_>, workspace: &Workspace) {
    asked
        .on::<HoverRequest>(|params| Ok(hover::answer(workspace, &params)))
        .on::<SignatureHelpRequest>(|params| Ok(signature::help(workspace, &params)))
        .on::<SemanticTokensFullRequest>(|params| Ok(tokens::full(workspace, &params)))
        .on::<SemanticTokensFullDeltaRequest>(|params| Ok(tokens::delta(workspace, &params)))
        .on::<SemanticTokensRangeRequest>(|params| Ok(tokens::range(workspace, &params)))
        .on::<FoldingRangeRequest>(|params| Ok(folding::of(workspace, &params)))
        .on::<SelectionRangeRequest>(|params| Ok(selection::of(workspace, &params)))
        .on::<InlayHintRequest>(|params| Ok(hints::of(workspace, &params)))
        .on::<CodeLensRequest>(|params| Ok(lens::of(workspace, &params)))
        .on::<DocumentColor>(|params| Ok(colors::of(workspace, &params)))
        .on::<ColorPresentationRequest>(|params| Ok(colors::presentations(&params)));
}

fn acting(asked: &mut Asked<'_>, workspace: &Workspace) {
    asked
        .on::<CodeActionRequest>(|params| Ok(actions::of(workspace, &params)))
        .on::<Formatting>(|params| Ok(formatting::document(workspace, &params)))
        .on::<RangeFormatting>(|params| Ok(formatting::range(workspace, &params)))
        .on::<OnTypeFormatting>(|params| Ok(formatting::on_type(workspace, &params)));
}
