//! Calling addresses on the network.

use crate::keyword::{Pairs, Target};
use crate::{Data, keywords};

keywords! {
    family "http";

    /// Reads an address, a file, a remembered value or a setting, by what the text looks like.
    ///
    /// `http…` calls the address and answers its JSON or text; `/api/…` asks this server;
    /// `session.`, `user.`, `bot.` and `param.` read what is remembered; other texts are paths of
    /// the drive, or names that REMEMBER has stored.
    Get: Read, Network -> Any = "GET" as [
        "GET {source} INTO {target}",
        "GET {source} WITH {parameters}",
        "GET {source}, {key}",
        "GET {source}",
    ] {
        /// The address, path or name.
        source: String,
        /// The variable that receives the answer.
        target: Option<Target>,
        /// Query parameters.
        parameters: Option<Pairs>,
        /// The name within a group of settings, or a range of a sheet.
        key: Option<String>,
    }

    /// Sends a body to an address with POST.
    Post: Write, Network -> Any = "POST" as [
        "POST {url} WITH {values}",
        "POST {url}[, {body}]",
    ] {
        /// The address.
        url: String,
        /// The body; maps and lists go as JSON.
        body: Option<Data>,
        /// The body as named values.
        values: Option<Pairs>,
    }

    /// Sends a body to an address with PUT.
    Put: Write, Network -> Any = "PUT" as [
        "PUT {url} WITH {values}",
        "PUT {url}[, {body}]",
    ] {
        /// The address.
        url: String,
        /// The body; maps and lists go as JSON.
        body: Option<Data>,
        /// The body as named values.
        values: Option<Pairs>,
    }

    /// Sends a body to an address with PATCH.
    Patch: Write, Network -> Any = "PATCH" as [
        "PATCH {url} WITH {values}",
        "PATCH {url}[, {body}]",
    ] {
        /// The address.
        url: String,
        /// The body; maps and lists go as JSON.
        body: Option<Data>,
        /// The body as named values.
        values: Option<Pairs>,
    }

    /// Calls an address with DELETE.
    DeleteHttp: Write, Network -> Any = "DELETE HTTP" as ["DELETE HTTP {url}[, {body}]"] {
        /// The address.
        url: String,
        /// A body, where the address wants one.
        body: Option<Data>,
    }

    /// Sets a header for all following calls of this script.
    SetHeader: Write, Network = "SET HEADER" as [
        "SET HEADER {name}, {value}",
        "SET HEADER {name} AS {value}",
        "SET HEADER {name} = {value}",
    ] {
        /// The header's name.
        name: String,
        /// Its value.
        value: String,
    }

    /// Forgets all headers set by SET HEADER.
    ClearHeaders: Write, Network = "CLEAR HEADERS" as ["CLEAR HEADERS"] {}

    /// Asks a GraphQL endpoint.
    Graphql: Write, Network -> Any = "GRAPHQL" as [
        "GRAPHQL {url}, {query} WITH {values}",
        "GRAPHQL {url}, {query}[, {variables}]",
    ] {
        /// The address.
        url: String,
        /// The query.
        query: String,
        /// Its variables.
        variables: Option<Data>,
        /// Its variables as named values.
        values: Option<Pairs>,
    }

    /// Calls an operation of a SOAP service.
    Soap: Write, Network -> Any = "SOAP" as [
        "SOAP {wsdl}, {operation} WITH {values}",
        "SOAP {wsdl}, {operation}[, {parameters}]",
    ] {
        /// The address of the description.
        wsdl: String,
        /// The operation.
        operation: String,
        /// Its parameters.
        parameters: Option<Data>,
        /// Its parameters as named values.
        values: Option<Pairs>,
    }

    /// The token that asks for the next page of what was read last.
    ContinuationToken: Read, Network -> Text = "CONTINUATION TOKEN" as ["CONTINUATION TOKEN"] {}

    /// Posts to an address of this server and answers the reply.
    CallService: Write, Network -> Any = "CALL SERVICE"
    as ["CALL SERVICE {path}[, {arguments...}]"] {
        /// The address: `/api/…` or `/comm/…`.
        path: String,
        /// What it is called with.
        arguments: Vec<Data>,
    }
}
