//! The loop: requests are answered in their order, documents followed, and while nobody waits the
//! rest of the work is done in small steps.
//!
//! One thread does everything, so an answer always belongs to the newest text. What keeps it
//! instant: all messages that wait are taken before the first is worked on, so a burst of edits is
//! analysed once and a request that is cancelled meanwhile is never begun; and work that nobody
//! asked for (the diagnostics of other files) stops after each file to look for messages.
//!
//! Reading order: this file, [`session`] (what both sides agreed on), [`dispatch`] (which request
//! is answered by what), [`background`] (diagnostics and progress).

mod background;
mod dispatch;
mod session;

use std::collections::VecDeque;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    Cancel, DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders,
    DidCloseTextDocument, DidOpenTextDocument, Exit, Notification as _,
};
use lsp_types::request::{Request as _, Shutdown};
use lsp_types::{CancelParams, NumberOrString};
use serde_json::Value;

use crate::product::Product;
use crate::workspace::{Workspace, places};
use background::Background;
use session::Session;

/// Why serving ended badly.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Serves one editor until it says goodbye.
pub fn serve(connection: &Connection, product: Product) -> Result<(), Failure> {
    let (id, params) = connection.initialize_start()?;
    let (session, folders) = Session::new(serde_json::from_value(params)?);
    connection.initialize_finish(id, session.greeting()?)?;
    let workspace = Workspace { encoding: session.encoding, product, ..Workspace::default() };
    let mut server = Server {
        connection,
        workspace,
        background: Background::default(),
        session,
        waiting: VecDeque::new(),
        closing: false,
    };
    server.register()?;
    folders.iter().for_each(|folder| server.workspace.add_folder(folder));
    server.background.begin(server.workspace.all().count());
    server.run()
}

struct Server<'c> {
    connection: &'c Connection,
    workspace: Workspace,
    background: Background,
    session: Session,
    /// Messages that have come and were not worked on.
    waiting: VecDeque<Message>,
    /// Whether the editor has said that it will leave.
    closing: bool,
}

impl Server<'_> {
    fn run(&mut self) -> Result<(), Failure> {
        loop {
            while let Ok(message) = self.connection.receiver.try_recv() {
                self.take(message)?;
            }
            if let Some(message) = self.waiting.pop_front() {
                if self.handle(message)? {
                    return Ok(());
                }
            } else if !self.work()? {
                // The editor is gone without a word when this fails.
                let Ok(message) = self.connection.receiver.recv() else { return Ok(()) };
                self.take(message)?;
            }
        }
    }

    /// Puts a message in its place; a request that is cancelled leaves it again.
    fn take(&mut self, message: Message) -> Result<(), Failure> {
        match message {
            Message::Notification(cancel) if cancel.method == Cancel::METHOD => {
                match serde_json::from_value(cancel.params) {
                    Ok(params) => self.cancel(&params),
                    Err(_) => Ok(()),
                }
            }
            message => {
                self.waiting.push_back(message);
                Ok(())
            }
        }
    }

    fn cancel(&mut self, params: &CancelParams) -> Result<(), Failure> {
        let id = match &params.id {
            NumberOrString::Number(number) => RequestId::from(*number),
            NumberOrString::String(text) => RequestId::from(text.clone()),
        };
        let asked = |m: &Message| matches!(m, Message::Request(request) if request.id == id);
        let Some(at) = self.waiting.iter().position(asked) else { return Ok(()) };
        self.waiting.remove(at);
        let code = ErrorCode::RequestCanceled as i32;
        self.send(Response::new_err(id, code, "cancelled".into()))
    }

    fn send(&self, message: impl Into<Message>) -> Result<(), Failure> {
        Ok(self.connection.sender.send(message.into())?)
    }

    fn notify(&self, method: &str, params: impl serde::Serialize) -> Result<(), Failure> {
        self.send(Notification::new(method.to_string(), params))
    }

    /// Works on a message; whether it was the last.
    fn handle(&mut self, message: Message) -> Result<bool, Failure> {
        match message {
            Message::Request(request) => self.answer(request)?,
            Message::Notification(n) if n.method == Exit::METHOD => return Ok(true),
            Message::Notification(notification) => self.follow(notification)?,
            Message::Response(_) => {}
        }
        Ok(false)
    }

    fn answer(&mut self, request: Request) -> Result<(), Failure> {
        let Request { id, method, params } = request;
        if method == Shutdown::METHOD {
            self.closing = true;
            return self.send(Response::new_ok(id, Value::Null));
        }
        if self.closing {
            let message = "the editor has said goodbye".to_string();
            return self.send(Response::new_err(id, ErrorCode::InvalidRequest as i32, message));
        }
        self.workspace.settle();
        let response = match self.result(&method, params) {
            Ok(value) => Response::new_ok(id, value),
            Err((code, message)) => Response::new_err(id, code as i32, message),
        };
        self.send(response)
    }

    /// Keeps the documents as the editor has them. What cannot be read is passed over: nobody
    /// waits for an answer.
    fn follow(&mut self, notification: Notification) -> Result<(), Failure> {
        let Notification { method, params } = notification;
        let read = match method.as_str() {
            DidOpenTextDocument::METHOD => self.opened(params),
            DidChangeTextDocument::METHOD => self.changed(params),
            DidCloseTextDocument::METHOD => return self.closed(params),
            DidChangeWatchedFiles::METHOD => self.touched(params),
            DidChangeWorkspaceFolders::METHOD => return self.folders(params),
            _ => Some(()),
        };
        if read.is_some() {
            self.background.look_again();
        }
        Ok(())
    }

    fn opened(&mut self, params: Value) -> Option<()> {
        let opened: lsp_types::DidOpenTextDocumentParams = serde_json::from_value(params).ok()?;
        let document = opened.text_document;
        self.workspace.open(&document.uri, document.text, document.version);
        self.background.first(&document.uri);
        Some(())
    }

    fn changed(&mut self, params: Value) -> Option<()> {
        let changed: lsp_types::DidChangeTextDocumentParams =
            serde_json::from_value(params).ok()?;
        let id = changed.text_document;
        self.workspace.change(&id.uri, &changed.content_changes, id.version);
        self.background.first(&id.uri);
        Some(())
    }

    fn closed(&mut self, params: Value) -> Result<(), Failure> {
        let Ok(closed) = serde_json::from_value::<lsp_types::DidCloseTextDocumentParams>(params)
        else {
            return Ok(());
        };
        let uri = closed.text_document.uri;
        self.background.look_again();
        match self.workspace.close(&uri) {
            true => self.withdraw(&uri),
            false => Ok(()),
        }
    }

    fn touched(&mut self, params: Value) -> Option<()> {
        let touched: lsp_types::DidChangeWatchedFilesParams =
            serde_json::from_value(params).ok()?;
        let paths = touched.changes.iter().filter_map(|change| places::path_of(&change.uri));
        for path in paths {
            self.workspace.refresh(&path);
        }
        Some(())
    }

    fn folders(&mut self, params: Value) -> Result<(), Failure> {
        let Ok(changed) =
            serde_json::from_value::<lsp_types::DidChangeWorkspaceFoldersParams>(params)
        else {
            return Ok(());
        };
        for folder in changed.event.removed.iter().filter_map(|f| places::path_of(&f.uri)) {
            for uri in self.workspace.remove_folder(&folder) {
                self.withdraw(&uri)?;
            }
        }
        for folder in changed.event.added.iter().filter_map(|f| places::path_of(&f.uri)) {
            self.workspace.add_folder(&folder);
        }
        self.background.begin(self.workspace.all().count());
        Ok(())
    }
}
