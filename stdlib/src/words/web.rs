//! Reading web pages and making sites.

use crate::{Data, keywords};

keywords! {
    family "web";

    /// Gives the text of the first element of a page that a selector finds.
    Scrape: Read, Network -> Text = "SCRAPE" as ["SCRAPE {url}[, {selector}]"] {
        /// The page.
        url: String,
        /// A CSS selector; the whole page when left out.
        selector: Option<String>,
    }

    /// Gives the texts of all elements of a page that a selector finds.
    ScrapeAll: Read, Network -> List = "SCRAPE ALL" as ["SCRAPE ALL {url}, {selector}"] {
        /// The page.
        url: String,
        /// A CSS selector.
        selector: String,
    }

    /// Finds the web site of a company or person.
    WebsiteOf: Read, Network -> Text = "WEBSITE OF" as ["WEBSITE OF {name}"] {
        /// The company or person.
        name: String,
    }

    /// Makes a web site of the bot from a template and words.
    CreateSite: Write, Drive -> Any = "CREATE SITE"
    as ["CREATE SITE {alias}, {template}[, {prompt}]"] {
        /// Its name.
        alias: String,
        /// The template.
        template: String,
        /// What it shall be like.
        prompt: Option<String>,
    }

    /// Opens a page in the server's browser.
    Open: Write, Execution -> Any = "OPEN" as ["OPEN {url}"] {
        /// The page.
        url: String,
    }

    /// Takes a picture of a page.
    Screenshot: Read, Execution -> Any = "SCREENSHOT" as ["SCREENSHOT {url}[, {path}]"] {
        /// The page.
        url: Data,
        /// Where it is kept.
        path: Option<String>,
    }
}
