//! Files of the bot's drive.

use crate::keyword::Symbol;
use crate::{Data, keywords};

keywords! {
    family "drive";

    /// Reads a file: its text, or its rows.
    Read: Read, Drive -> Any = "READ" as ["READ {path} [AS {shape}]"] {
        /// Path in the drive.
        path: String,
        /// TEXT, LINES, TABLE, JSON or BYTES; by the file's name when left out.
        shape: Option<Symbol>,
    }

    /// Writes a file.
    Write: Write, Drive = "WRITE" as [
        "WRITE {data} TO {path} [AS {shape}]",
        "WRITE {path}, {data}",
    ] {
        /// Path in the drive.
        path: String,
        /// What to write; lists of maps become tables, maps become JSON.
        data: Data,
        /// TABLE, JSON, TEXT, or APPEND to add to the end.
        shape: Option<Symbol>,
    }

    /// Gives the names of the files in a folder.
    List: Read, Drive -> List = "LIST"
    as ["LIST {path} [FILTER {pattern}] [<RECURSIVE:recursive>]"] {
        /// The folder.
        path: String,
        /// Only names like this, with `*` and `?`.
        pattern: Option<String>,
        /// Folders inside it too.
        recursive: bool,
    }

    /// Gives the files in a folder as maps with name, path, size and modified.
    Dir: Read, Drive -> List = "DIR" as ["DIR {path}"] {
        /// The folder.
        path: String,
    }

    /// Copies a file.
    Copy: Write, Drive = "COPY" as ["COPY {from} TO {to}", "COPY {from}, {to}"] {
        /// The file.
        from: String,
        /// Where the copy goes.
        to: String,
    }

    /// Moves or renames a file.
    Move: Write, Drive = "MOVE" as ["MOVE {from} TO {to}", "MOVE {from}, {to}"] {
        /// The file.
        from: String,
        /// Where it goes.
        to: String,
    }

    /// Deletes a file.
    DeleteFile: Write, Drive = "DELETE FILE" as ["DELETE FILE {path}"] {
        /// The file.
        path: String,
    }

    /// Stores a file that was received, and answers where.
    Upload: Write, Drive -> Any = "UPLOAD" as [
        "UPLOAD {file} TO {path}",
        "UPLOAD {file}[, {path}]",
    ] {
        /// The file.
        file: Data,
        /// Where it goes.
        path: Option<String>,
    }

    /// Fetches a file from an address into the drive.
    Download: Write, Drive -> Any = "DOWNLOAD" as [
        "DOWNLOAD {url} TO {path}",
        "DOWNLOAD {url} AS {path}",
        "DOWNLOAD {url}[, {path}]",
    ] {
        /// The address, or a file value.
        url: Data,
        /// Where it goes.
        path: Option<String>,
    }

    /// Packs files into a zip file.
    Compress: Write, Drive -> Any = "COMPRESS" as [
        "COMPRESS {files} TO {archive}",
        "COMPRESS {files}, {archive}",
    ] {
        /// Paths, or a pattern.
        files: Data,
        /// The zip file.
        archive: Data,
    }

    /// Unpacks a zip file.
    Extract: Write, Drive -> List = "EXTRACT" as [
        "EXTRACT {archive} TO {folder}",
        "EXTRACT {archive}[, {folder}]",
    ] {
        /// The zip file.
        archive: String,
        /// Where its files go.
        folder: Option<String>,
    }

    /// Makes a PDF from a template and data.
    GeneratePdf: Write, Drive -> Any = "GENERATE PDF" as [
        "GENERATE PDF {output} WITH TEMPLATE {template} [DATA {data}]",
        "GENERATE PDF {template}, {data}, {output}",
        "GENERATE PDF {template}, {output}",
    ] {
        /// The template, or the text itself.
        template: String,
        /// What fills it.
        data: Option<Data>,
        /// The PDF file.
        output: String,
    }

    /// Joins PDF files.
    MergePdf: Write, Drive -> Any = "MERGE PDF" as [
        "MERGE PDF {files} TO {output}",
        "MERGE PDF {files}, {output}",
    ] {
        /// The PDF files.
        files: Data,
        /// The joined file.
        output: String,
    }

    /// Fills the `{{names}}` of a template with data.
    Fill: Write, Drive -> Any = "FILL" as [
        "FILL {template} WITH {data} [TO {output}]",
        "FILL {template}, {data} [TO {output}]",
        "FILL {template}[, {data}, {output}] [TO {output}]",
    ] {
        /// The template, or the data: whichever is a text is the template.
        template: Data,
        /// What fills it.
        data: Option<Data>,
        /// Where the result goes.
        output: Option<String>,
    }

    /// Gives a picture of the drive as a file value.
    GetImage: Read, Drive -> Any = "GET IMAGE" as ["GET IMAGE {path}"] {
        /// Path in the drive.
        path: String,
    }

    /// Makes a link to a file that works for a limited time.
    GenerateSecureLink: Write, Drive -> Text = "GENERATE SECURE LINK" as [
        "GENERATE SECURE LINK {path} EXPIRES {count} {unit}",
        "GENERATE SECURE LINK {path} [EXPIRES {count}]",
        "GENERATE SECURE LINK {path}, {count}",
    ] {
        /// The file.
        path: String,
        /// How long the link works.
        count: Option<i64>,
        /// MINUTES, HOURS or DAYS; days when left out.
        unit: Option<Symbol>,
    }
}
