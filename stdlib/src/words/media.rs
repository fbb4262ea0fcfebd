//! Pictures, charts, codes and players.

use crate::{Data, keywords};

keywords! {
    family "media";

    /// Draws a chart and answers it as a file.
    Chart: Write, Drive -> Any = "CHART" as [
        "CHART PROMPT {data}, {prompt}",
        "CHART {kind}, {data}[, {title}]",
    ] {
        /// `bar`, `line`, `pie` …
        kind: Option<String>,
        /// The rows or numbers.
        data: Data,
        /// The line above it.
        title: Option<String>,
        /// What the chart shall show, in words.
        prompt: Option<String>,
    }

    /// Draws a QR code and answers it as a file.
    QrCode: Write, Drive -> Any = "QR CODE" as ["QR CODE {data}[, {size}[, {path}]]"] {
        /// What the code says.
        data: String,
        /// Its width in pixels.
        size: Option<i64>,
        /// Where it is kept.
        path: Option<String>,
    }

    /// Plays a video, a sound or a presentation beside the conversation.
    Play: Write, Chat -> Any = "PLAY" as ["PLAY {file} [WITH OPTIONS {options}]"] {
        /// Path in the drive, or an address.
        file: String,
        /// `autoplay, loop, muted`
        options: Option<String>,
    }

    /// Makes a picture from words and answers it as a file.
    Image: Write, Models -> Any = "IMAGE" as ["IMAGE {prompt}"] {
        /// What it shall show.
        prompt: String,
    }

    /// Makes a film from words and answers it as a file.
    Video: Write, Models -> Any = "VIDEO" as ["VIDEO {prompt}"] {
        /// What it shall show.
        prompt: String,
    }

    /// Speaks a text and answers the sound as a file.
    Audio: Write, Models -> Any = "AUDIO" as ["AUDIO {text}"] {
        /// What is spoken.
        text: String,
    }

    /// Shows a card with a picture, a text and buttons.
    Card: Write, Chat = "CARD" as ["CARD {title}[, {text}[, {image}[, {buttons}]]]"] {
        /// The line above.
        title: Data,
        /// The text.
        text: Option<String>,
        /// The picture.
        image: Option<String>,
        /// The labels of the buttons.
        buttons: Option<Data>,
    }
}
