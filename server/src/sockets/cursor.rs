//! A cursor into the log of one conversation: puts what comes live and what is read into order.

use std::collections::BTreeMap;
use std::sync::Arc;

use basilect_runtime::conversation::{Attachment, Conversations, Live, frame};
use serde_json::json;

/// Items that may be held back for one that is missing before the log is read.
const HELD_MAX: usize = 16;
/// Items read at once.
const READ: u32 = 200;

/// What a connection shows next.
pub struct Cursor {
    conversations: Conversations,
    id: String,
    attachment: Attachment,
    seq: i64,
    held: BTreeMap<i64, Arc<str>>,
}

/// A frame for the client, with its `seq` if it is an item.
pub type Frame = (Option<i64>, Arc<str>);

impl Cursor {
    /// Watches the conversation; everything after `since` will be shown. A place beyond the log
    /// (of a store that was put back, say) is its end: what comes next must not be missed.
    pub async fn attach(
        conversations: &Conversations,
        id: &str,
        since: i64,
    ) -> Result<Cursor, basilect_runtime::Error> {
        let attachment = conversations.attach(id);
        let last = conversations.load(id).await?.last_seq;
        Ok(Cursor {
            conversations: conversations.clone(),
            id: id.to_string(),
            attachment,
            seq: since.clamp(0, last),
            held: BTreeMap::new(),
        })
    }

    /// The place of the last item shown.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// What the log holds after the cursor.
    pub async fn catch_up(&mut self) -> Result<Vec<Frame>, basilect_runtime::Error> {
        let mut frames = Vec::new();
        loop {
            let items = self.conversations.items(&self.id, self.seq, READ).await?;
            let full = items.len() == READ as usize;
            for item in items {
                self.held.insert(item.seq, frame(item.seq, item.at, &item.body));
            }
            let before = self.seq;
            frames.extend(self.in_order());
            if !full || self.seq == before {
                return Ok(frames);
            }
        }
    }

    /// Waits for the next thing to show; `None` when the server closes the conversation.
    pub async fn next(&mut self) -> Option<Live> {
        self.attachment.next().await
    }

    /// What to send for something that came live.
    pub async fn show(&mut self, live: Live) -> Result<Vec<Frame>, basilect_runtime::Error> {
        let lagged = self.attachment.lagged();
        let mut frames = match live {
            Live::Item(seq, frame) => {
                if seq > self.seq {
                    self.held.insert(seq, frame);
                }
                self.in_order()
            }
            other => other_frame(other, self.seq),
        };
        if lagged || self.held.len() > HELD_MAX {
            frames.extend(self.catch_up().await?);
        }
        Ok(frames)
    }

    /// Whether an item is held back because one before it has not come.
    pub fn gap(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes the held items that follow without a gap.
    fn in_order(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        self.held.retain(|seq, _| *seq > self.seq);
        while let Some(frame) = self.held.remove(&(self.seq + 1)) {
            self.seq += 1;
            frames.push((Some(self.seq), frame));
        }
        frames
    }
}

fn other_frame(live: Live, shown: i64) -> Vec<Frame> {
    let frame = match live {
        Live::Part { seq, index, text } if seq > shown => {
            json!({ "type": "part", "seq": seq, "index": index, "text": &*text })
        }
        Live::Typing(on) => json!({ "type": "typing", "on": on }),
        Live::Error { message, trace } => {
            json!({ "type": "error", "message": &*message, "trace": &*trace })
        }
        Live::Part { .. } | Live::Item(..) => return Vec::new(),
    };
    vec![(None, frame.to_string().into())]
}
