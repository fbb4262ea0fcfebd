//! A terminal of the editor in which the person of a conversation reads and writes: the editor
//! starts `basilect dap --terminal` in it, which connects back here.

use std::io::{BufRead, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::mpsc;

/// The variable that holds the word by which the terminal is known.
const WORD: &str = "BASILECT_TERMINAL";
/// How long whoever connects may take to say it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Texts that wait to be shown; what is beyond is lost.
const TEXTS_MAX: usize = 10_000;

type Typed = Lines<BufReader<OwnedReadHalf>>;

/// The end of the debugger.
pub struct Terminal {
    /// Terminals that have said the word.
    ready: mpsc::Receiver<Typed>,
    typed: Option<Typed>,
    /// What is to be shown; it waits here for a terminal.
    texts: mpsc::Sender<String>,
}

impl Terminal {
    /// Waits for a terminal on an address of this computer, and what the editor is asked for.
    pub async fn open(kind: &str) -> anyhow::Result<(Terminal, Value)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut bytes = [0u8; 16];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let word: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let program = std::env::current_exe().context("where this program lies")?;
        let folder = std::env::current_dir().unwrap_or_default();
        let wanted = json!({
            "kind": if kind == "externalTerminal" { "external" } else { "integrated" },
            "title": "Basilect",
            "cwd": folder.display().to_string(),
            "args": [program.display().to_string(), "dap", "--terminal",
                listener.local_addr()?.to_string()],
            "env": { WORD: word },
        });
        let (sender, ready) = mpsc::channel(1);
        let (texts, shown) = mpsc::channel(TEXTS_MAX);
        tokio::spawn(await_terminal(listener, word, sender, shown));
        Ok((Terminal { ready, typed: None, texts }, wanted))
    }
    /// The next line that the person types.
    pub async fn next(&mut self) -> String {
        loop {
            let Some(lines) = &mut self.typed else {
                match self.ready.recv().await {
                    Some(lines) => self.typed = Some(lines),
                    None => std::future::pending().await,
                }
                continue;
            };
            match lines.next_line().await {
                Ok(Some(line)) => return line,
                Ok(None) | Err(_) => self.typed = None,
            }
        }
    }
    /// Shows a text.
    pub fn show(&self, text: &str) {
        // A terminal that is closed shows nothing.
        let _ = self.texts.try_send(format!("{text}\n"));
    }
}

/// Takes the first terminal that knows the word, and writes to it. Nobody else gets in.
async fn await_terminal(
    listener: TcpListener,
    word: String,
    ready: mpsc::Sender<Typed>,
    mut shown: mpsc::Receiver<String>,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let said = tokio::time::timeout(PATIENCE, lines.next_line()).await;
        if !matches!(said, Ok(Ok(Some(said))) if said == word) {
            continue;
        }
        if ready.send(lines).await.is_err() {
            return;
        }
        while let Some(text) = shown.recv().await {
            if write.write_all(text.as_bytes()).await.is_err() {
                return;
            }
        }
        return;
    }
}

/// The other end, in the terminal: what is typed goes there, what comes from there is shown.
pub fn attach(address: SocketAddr) -> anyhow::Result<()> {
    let word = std::env::var(WORD).context("this is started by the debugger, in a terminal")?;
    let mut line = TcpStream::connect(address).context("the debugger is not there any more")?;
    writeln!(line, "{word}")?;
    let typed = line.try_clone()?;
    std::thread::spawn(move || {
        let mut typed = typed;
        for text in std::io::stdin().lock().lines().map_while(Result::ok) {
            if writeln!(typed, "{text}").is_err() {
                return;
            }
        }
        // Nothing more is typed, but what is said goes on.
        let _ = typed.shutdown(std::net::Shutdown::Write);
    });
    std::io::copy(&mut line, &mut std::io::stdout()).context("the debugger hung up")?;
    Ok(())
}
