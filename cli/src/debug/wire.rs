//! Messages of the protocol: a header with the length, then JSON.
//!
//! The framing is that of the language server protocol, but what lies in it is no JSON-RPC, so the
//! crate of the language server does not read it.

use std::io::{BufRead, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use basilect_stdlib::limits::DebugLimits;
use serde_json::{Value, json};

/// Bytes of one line of a header.
const HEADER_BYTES: u64 = 4 << 10;

/// What came.
#[derive(Debug, PartialEq)]
pub enum Incoming {
    /// A message.
    Message(Value),
    /// Something that is no message; the sentence says why. The next one can still be read.
    Malformed(String),
    /// Something after which nothing can be read; the sentence says why.
    Broken(String),
    /// Nothing more comes.
    End,
}

/// Reads the next message.
pub fn read(input: &mut impl BufRead) -> Incoming {
    let length = match read_header(input) {
        Ok(Some(length)) => length,
        Ok(None) => return Incoming::End,
        Err(why) => return Incoming::Broken(why),
    };
    let most = DebugLimits::DEFAULT.message_bytes;
    if length > most {
        // What is too long is passed over, so that the next message can be read.
        let passed = std::io::copy(&mut input.take(length as u64), &mut std::io::sink());
        return match passed {
            Ok(passed) if passed == length as u64 => {
                Incoming::Malformed(format!("a message may have at most {most} bytes"))
            }
            _ => Incoming::End,
        };
    }
    let mut body = vec![0; length];
    if input.read_exact(&mut body).is_err() {
        return Incoming::End;
    }
    match serde_json::from_slice::<Value>(&body) {
        Ok(message) if message.is_object() => Incoming::Message(message),
        Ok(_) => Incoming::Malformed("a message is an object".into()),
        Err(error) => Incoming::Malformed(format!("this message is not JSON: {error}")),
    }
}

/// The length of the message that follows; none at the end of the input.
fn read_header(input: &mut impl BufRead) -> Result<Option<usize>, String> {
    let mut length = None;
    for number in 0.. {
        let mut line = Vec::new();
        let read = input.by_ref().take(HEADER_BYTES).read_until(b'\n', &mut line);
        match read {
            Ok(0) if number == 0 => return Ok(None),
            Ok(0) | Err(_) => return Ok(None),
            Ok(_) if !line.ends_with(b"\n") => return Err("a header without end".into()),
            Ok(_) => {}
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line.is_empty() {
            match length {
                Some(length) => return Ok(Some(length)),
                None if number == 0 => continue,
                None => return Err("a header without Content-Length".into()),
            }
        }
        let Some((name, value)) = line.split_once(':') else {
            return Err("a header that is none".into());
        };
        if name.trim().eq_ignore_ascii_case("content-length") {
            let value = value.trim().parse::<usize>();
            length = Some(value.map_err(|_| "a Content-Length that is no number".to_string())?);
        }
        if number > 20 {
            return Err("a header with too many lines".into());
        }
    }
    Ok(None)
}

/// Where messages go; they are numbered in order.
#[derive(Clone)]
pub struct Output {
    inner: Arc<Mutex<(i64, Box<dyn Write + Send>)>>,
}

impl Output {
    /// To this stream.
    pub fn new(stream: Box<dyn Write + Send>) -> Output {
        Output { inner: Arc::new(Mutex::new((0, stream))) }
    }
    fn send(&self, mut message: Value) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.0 += 1;
        message["seq"] = json!(inner.0);
        let body = message.to_string();
        let out = &mut inner.1;
        // An editor that is gone reads nothing; the end of its input ends the session.
        let _ = write!(out, "Content-Length: {}\r\n\r\n{body}", body.len());
        let _ = out.flush();
    }
    /// Tells the editor that something happened.
    pub fn event(&self, event: &str, body: Value) {
        self.send(json!({ "type": "event", "event": event, "body": body }));
    }
    /// Asks the editor for something.
    pub fn ask(&self, command: &str, arguments: Value) {
        self.send(json!({ "type": "request", "command": command, "arguments": arguments }));
    }
    /// Answers a request.
    pub fn answer(&self, request: &Value, answer: Result<Value, String>) {
        let mut message = json!({
            "type": "response",
            "request_seq": request["seq"].as_i64().unwrap_or_default(),
            "command": request["command"].as_str().unwrap_or_default(),
            "success": answer.is_ok(),
        });
        match answer {
            Ok(Value::Null) => {}
            Ok(body) => message["body"] = body,
            Err(text) => {
                message["message"] = json!(text);
                message["body"] = json!({
                    "error": { "id": 1, "format": text.replace('{', "{{"), "showUser": true }
                });
            }
        }
        self.send(message);
    }
    /// Writes something into the console of the debugger.
    pub fn say(&self, category: &str, text: &str) {
        self.event("output", json!({ "category": category, "output": format!("{text}\n") }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<Incoming> {
        let mut input = std::io::BufReader::new(bytes);
        let mut found = Vec::new();
        loop {
            let next = read(&mut input);
            let last = matches!(next, Incoming::End | Incoming::Broken(_));
            found.push(next);
            if last {
                return found;
            }
        }
    }

    #[test]
    fn messages_follow_their_length() {
        let found = all(b"Content-Length: 9\r\n\r\n{\"seq\":1}Content-Length: 2\r\nX: y\r\n\r\n{}");
        assert_eq!(found[0], Incoming::Message(json!({ "seq": 1 })));
        assert_eq!(found[1], Incoming::Message(json!({})));
        assert_eq!(found[2], Incoming::End);
    }

    #[test]
    fn what_is_no_message_does_no_harm() {
        let huge = format!("Content-Length: {}\r\n\r\n", usize::MAX);
        for bytes in [
            &b"nothing"[..],
            b"Content-Length: x\r\n\r\n",
            b"Content-Length: -1\r\n\r\n{}",
            b"A: b\r\n\r\n{}",
            b"Content-Length: 10\r\n\r\n{}",
            b"\xff\xfe\n",
            huge.as_bytes(),
        ] {
            let found = all(bytes);
            assert!(!found.iter().any(|f| matches!(f, Incoming::Message(_))), "{found:?}");
        }
        let found = all(
            b"Content-Length: 3\r\n\r\n{]}Content-Length: 2\r\n\r\n[]Content-Length: 2\r\n\r\n{}",
        );
        assert!(matches!(found[0], Incoming::Malformed(_)));
        assert!(matches!(found[1], Incoming::Malformed(_)));
        assert_eq!(found[2], Incoming::Message(json!({})));
    }

    #[test]
    fn a_message_that_is_too_long_is_passed_over() {
        let long = DebugLimits::DEFAULT.message_bytes + 1;
        let mut bytes = format!("Content-Length: {long}\r\n\r\n").into_bytes();
        bytes.resize(bytes.len() + long, b' ');
        bytes.extend(b"Content-Length: 2\r\n\r\n{}");
        let found = all(&bytes);
        assert!(matches!(found[0], Incoming::Malformed(_)));
        assert_eq!(found[1], Incoming::Message(json!({})));
    }
}
