//! Another language server to measure beside ours: a program that speaks the protocol on standard
//! input and output.

use std::io::BufReader;
use std::process::{Child, Command, Stdio};

use basilect_lsp::{Connection, Message};

/// A server that runs as a process of its own.
pub struct Peer {
    process: Child,
}

impl Peer {
    /// Starts `command`, words with blanks in between; also our end of the conversation.
    pub fn start(command: &str) -> (Connection, Peer) {
        let mut words = command.split(' ');
        let mut process = Command::new(words.next().unwrap())
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (ours, theirs) = Connection::memory();
        let (mut input, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let (sender, receiver) = (theirs.sender, theirs.receiver);
        std::thread::spawn(move || {
            for message in receiver {
                if message.write(&mut input).is_err() {
                    return;
                }
            }
        });
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Ok(Some(message)) = Message::read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        (ours, Peer { process })
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
