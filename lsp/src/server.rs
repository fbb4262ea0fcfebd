//! The loop: requests are answered, documents followed.

use std::collections::HashMap;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentSymbolRequest, Formatting, HoverRequest, Request as _,
};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability,
    CompletionOptions, CompletionParams, CompletionResponse, DidChangeTextDocumentParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    DocumentFormattingParams, DocumentSymbolParams, DocumentSymbolResponse, HoverParams,
    HoverProviderCapability, OneOf, PublishDiagnosticsParams, ServerCapabilities,
    TextDocumentSyncCapability, TextDocumentSyncKind, Uri,
};
use serde_json::Value;

use crate::document::Document;
use crate::features::{actions, completion, diagnostics, formatting, hover, symbols};

/// Why serving ended badly.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Serves one editor until it says goodbye.
pub fn serve(connection: &Connection) -> Result<(), Failure> {
    connection.initialize(serde_json::to_value(capabilities())?)?;
    let mut server = Server { connection, documents: HashMap::new() };
    for message in &connection.receiver {
        match message {
            Message::Request(request) if connection.handle_shutdown(&request)? => break,
            Message::Request(request) => server.answer(request)?,
            Message::Notification(notification) => server.follow(notification)?,
            Message::Response(_) => {}
        }
    }
    Ok(())
}

/// What this server can do.
fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
        completion_provider: Some(CompletionOptions::default()),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::SOURCE_FIX_ALL]),
            ..CodeActionOptions::default()
        })),
        document_formatting_provider: Some(OneOf::Left(true)),
        ..ServerCapabilities::default()
    }
}

struct Server<'a> {
    connection: &'a Connection,
    /// The open documents, by the text of their address.
    documents: HashMap<String, Document>,
}

impl Server<'_> {
    fn answer(&self, request: Request) -> Result<(), Failure> {
        let id = request.id.clone();
        let response = match self.result(&request.method, request.params) {
            Some(Ok(value)) => Response::new_ok(id, value),
            Some(Err(error)) => {
                Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string())
            }
            None => {
                let message = format!("{} is not offered", request.method);
                Response::new_err(id, ErrorCode::MethodNotFound as i32, message)
            }
        };
        Ok(self.connection.sender.send(response.into())?)
    }

    fn result(&self, method: &str, params: Value) -> Option<serde_json::Result<Value>> {
        Some(match method {
            Completion::METHOD => self.completion(params),
            HoverRequest::METHOD => self.hover(params),
            DocumentSymbolRequest::METHOD => self.symbols(params),
            Formatting::METHOD => self.formatting(params),
            CodeActionRequest::METHOD => self.actions(params),
            _ => return None,
        })
    }

    fn completion(&self, params: Value) -> serde_json::Result<Value> {
        let place = serde_json::from_value::<CompletionParams>(params)?.text_document_position;
        let items = self
            .document(&place.text_document.uri)
            .map(|document| completion::at(document, place.position));
        serde_json::to_value(items.map(CompletionResponse::Array))
    }

    fn hover(&self, params: Value) -> serde_json::Result<Value> {
        let params = serde_json::from_value::<HoverParams>(params)?;
        let place = params.text_document_position_params;
        let document = self.document(&place.text_document.uri);
        serde_json::to_value(document.and_then(|document| hover::at(document, place.position)))
    }

    fn symbols(&self, params: Value) -> serde_json::Result<Value> {
        let params = serde_json::from_value::<DocumentSymbolParams>(params)?;
        let outline = self.document(&params.text_document.uri).map(symbols::of);
        serde_json::to_value(outline.map(DocumentSymbolResponse::Nested))
    }

    fn formatting(&self, params: Value) -> serde_json::Result<Value> {
        let params = serde_json::from_value::<DocumentFormattingParams>(params)?;
        let document = self.document(&params.text_document.uri);
        serde_json::to_value(document.and_then(formatting::edits))
    }

    fn actions(&self, params: Value) -> serde_json::Result<Value> {
        let params = serde_json::from_value::<CodeActionParams>(params)?;
        let uri = &params.text_document.uri;
        let document = self.document(uri);
        let actions =
            document.map(|document| actions::of(document, uri, params.range, &params.context));
        serde_json::to_value(actions)
    }

    fn document(&self, uri: &Uri) -> Option<&Document> {
        self.documents.get(uri.as_str())
    }

    /// Keeps the documents as the editor has them, and says what is wrong in them.
    fn follow(&mut self, notification: Notification) -> Result<(), Failure> {
        let params = notification.params;
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let opened: DidOpenTextDocumentParams = serde_json::from_value(params)?;
                let document = opened.text_document;
                self.take(document.uri, document.text, document.version)
            }
            DidChangeTextDocument::METHOD => {
                let changed: DidChangeTextDocumentParams = serde_json::from_value(params)?;
                let id = changed.text_document;
                match changed.content_changes.into_iter().next_back() {
                    Some(change) => self.take(id.uri, change.text, id.version),
                    None => Ok(()),
                }
            }
            DidSaveTextDocument::METHOD => {
                let saved: DidSaveTextDocumentParams = serde_json::from_value(params)?;
                self.check(&saved.text_document.uri)
            }
            DidCloseTextDocument::METHOD => {
                let closed: DidCloseTextDocumentParams = serde_json::from_value(params)?;
                self.documents.remove(closed.text_document.uri.as_str());
                self.publish(closed.text_document.uri, Vec::new(), None)
            }
            _ => Ok(()),
        }
    }

    fn take(&mut self, uri: Uri, text: String, version: i32) -> Result<(), Failure> {
        let document = Document::new(uri.as_str(), text, version);
        self.documents.insert(uri.as_str().to_string(), document);
        self.check(&uri)
    }

    fn check(&self, uri: &Uri) -> Result<(), Failure> {
        let Some(document) = self.document(uri) else { return Ok(()) };
        self.publish(uri.clone(), diagnostics::of(document, uri), Some(document.version))
    }

    fn publish(
        &self,
        uri: Uri,
        diagnostics: Vec<lsp_types::Diagnostic>,
        version: Option<i32>,
    ) -> Result<(), Failure> {
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        let notification = Notification::new(PublishDiagnostics::METHOD.to_string(), params);
        Ok(self.connection.sender.send(notification.into())?)
    }
}

#[cfg(test)]
mod tests;
