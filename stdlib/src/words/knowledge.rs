//! Knowledge bases.

use crate::{Data, keywords};

keywords! {
    family "knowledge";

    /// Lets the model look things up in a folder of the bot's knowledge.
    UseKb: Write, Knowledge = "USE KB" also ["ADD KB"] as ["USE KB {name}"] {
        /// The folder.
        name: String,
    }

    /// Stops looking things up: in one folder, or in all.
    ClearKb: Write, Knowledge = "CLEAR KB" as ["CLEAR KB <ALL:all>", "CLEAR KB [{name}]"] {
        /// The folder; all of them when left out.
        name: Option<String>,
        /// All of them.
        all: bool,
    }

    /// Searches the knowledge in use and answers what was found, with sources.
    ThinkKb: Read, Knowledge -> Map = "THINK KB" as ["THINK KB {query}"] {
        /// What to look for.
        query: String,
    }

    /// Adds the pages of a web site to the bot's knowledge.
    UseWebsite: Write, Knowledge = "USE WEBSITE" as [
        "USE WEBSITE {url} REFRESH {refresh}",
        "USE WEBSITE {url}[, {refresh}]",
    ] {
        /// Where it begins.
        url: String,
        /// How often to read it again: `1d`, `1w`, `30d`.
        refresh: Option<String>,
    }

    /// Gives figures of all knowledge of the bot.
    KbStatistics: Read, Knowledge -> Map = "KB STATISTICS" as ["KB STATISTICS"] {}

    /// Gives figures of one folder of knowledge.
    KbCollectionStats: Read, Knowledge -> Map = "KB COLLECTION STATS"
    as ["KB COLLECTION STATS {name}"] {
        /// The folder.
        name: String,
    }

    /// Gives the names of all folders of knowledge.
    KbListCollections: Read, Knowledge -> List = "KB LIST COLLECTIONS" as ["KB LIST COLLECTIONS"] {}

    /// Counts the documents of all knowledge.
    KbDocumentsCount: Read, Knowledge -> Int = "KB DOCUMENTS COUNT" as ["KB DOCUMENTS COUNT"] {}

    /// Counts the documents that came in the last days.
    KbDocumentsAddedSince: Read, Knowledge -> Int = "KB DOCUMENTS ADDED SINCE"
    as ["KB DOCUMENTS ADDED SINCE {days}"] {
        /// So many days.
        days: Data,
    }

    /// Gives how many megabytes the knowledge takes.
    KbStorageSize: Read, Knowledge -> Num = "KB STORAGE SIZE" as ["KB STORAGE SIZE"] {}

    /// Finds products of the catalogue.
    SearchProducts: Read, Data -> List = "SEARCH PRODUCTS"
    as ["SEARCH PRODUCTS {query}[, {limit}]"] {
        /// What to look for.
        query: String,
        /// At most so many.
        limit: Option<i64>,
    }

    /// Gives one product of the catalogue.
    Product: Read, Data -> Map = "PRODUCT" as ["PRODUCT {id}"] {
        /// Its key.
        id: Data,
    }
}
