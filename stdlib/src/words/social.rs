//! Posting to social networks.

use crate::keyword::Word;
use crate::{Data, keywords};

keywords! {
    family "social";

    /// Posts a picture and a text to one or several networks, now or later.
    PostTo: Write, Outreach -> Any = "POST TO" as [
        "POST TO {networks} AT {when} {image}, {caption}",
        "POST TO {networks} AT {when}, {image}, {caption}",
        "POST TO {networks} {image}, {caption}",
        "POST TO {networks}, {image}[, {caption}]",
        "POST TO {networks} {caption}",
    ] {
        /// INSTAGRAM, FACEBOOK, LINKEDIN …; several in one text, separated by commas.
        networks: Word,
        /// When it appears.
        when: Option<Data>,
        /// A picture or film.
        image: Option<Data>,
        /// The text.
        caption: Option<String>,
    }

    /// Gives figures of posts.
    GetSocialMetrics: Read, Outreach -> Any = "GET SOCIAL METRICS"
    as ["GET SOCIAL METRICS {network}[, {post}]"] {
        /// The network.
        network: String,
        /// One post.
        post: Option<String>,
    }
}
