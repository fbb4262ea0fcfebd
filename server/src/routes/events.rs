//! A conversation as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use futures_util::stream::{self, StreamExt};

use super::conversations::{Since, Speaker};
use crate::App;
use crate::errors::Problem;
use crate::sockets::cursor::{Cursor, Frame};

/// Everything after `since`, or after the `Last-Event-ID` of a browser that reconnects.
pub async fn events(
    State(app): State<App>,
    speaker: Speaker,
    Query(query): Query<Since>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()?.parse().ok());
    let since = last.unwrap_or(query.since);
    let cursor = Cursor::attach(app.conversations(), &speaker.id, since).await?;
    let draining = app.draining();
    let batches =
        stream::unfold((cursor, draining, true), |(mut cursor, mut draining, first)| async move {
            let frames = tokio::select! {
                frames = next_frames(&mut cursor, first) => frames?,
                _ = draining.wait_for(|draining| *draining) => return None,
            };
            Some((frames, (cursor, draining, false)))
        });
    let events = batches.flat_map(|frames| stream::iter(frames.into_iter().map(|f| Ok(event(f)))));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

async fn next_frames(cursor: &mut Cursor, first: bool) -> Option<Vec<Frame>> {
    if first {
        return cursor.catch_up().await.ok();
    }
    let gap = cursor.gap();
    tokio::select! {
        live = cursor.next() => cursor.show(live?).await.ok(),
        () = tokio::time::sleep(Duration::from_millis(500)), if gap => cursor.catch_up().await.ok(),
    }
}

fn event((seq, frame): Frame) -> Event {
    let name = match seq {
        Some(_) => "item",
        None if frame.starts_with(r#"{"type":"part""#) => "part",
        None if frame.starts_with(r#"{"type":"typing""#) => "typing",
        None => "error",
    };
    let event = Event::default().event(name).data(&*frame);
    match seq {
        Some(seq) => event.id(seq.to_string()),
        None => event,
    }
}
