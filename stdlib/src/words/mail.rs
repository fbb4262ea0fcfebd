//! Mail, short messages and message templates.

use crate::{Data, keywords};

keywords! {
    family "mail";

    /// Sends a mail.
    SendMail: Write, Mail -> Any = "SEND MAIL" also ["SEND EMAIL"] as [
        "SEND MAIL TO {to} SUBJECT {subject} BODY {body} [ATTACHMENT {attachments}] \
         [USING {account}]",
        "SEND MAIL {to}, {subject}, {body} ATTACHMENT {attachments} [USING {account}]",
        "SEND MAIL {to}, {subject}, {body}[, {attachments}] [USING {account}]",
        "SEND MAIL {to}, {body} [USING {account}]",
    ] {
        /// One address or several.
        to: Data,
        /// The subject.
        subject: Option<String>,
        /// The text.
        body: String,
        /// Files of the drive.
        attachments: Option<Data>,
        /// The account that sends.
        account: Option<String>,
    }

    /// Sends the text of a BEGIN MAIL block: `Subject: …`, an empty line, the body.
    Mail: Write, Mail -> Any = "MAIL" as ["MAIL {to}, {text}"] {
        /// One address or several.
        to: Data,
        /// Headers and body.
        text: String,
    }

    /// Writes a mail without sending it.
    CreateDraft: Write, Mail -> Any = "CREATE DRAFT" as [
        "CREATE DRAFT {to}, {subject}, {body}",
        "CREATE DRAFT {to}, {body}",
    ] {
        /// One address or several.
        to: Data,
        /// The subject.
        subject: Option<String>,
        /// The text.
        body: String,
    }

    /// Sends a message template over a channel.
    ///
    /// Both `template, channel, recipient, variables` and `recipient, template, variables` are in
    /// use: an argument that names a channel tells them apart.
    SendTemplate: Write, Outreach -> Any = "SEND TEMPLATE" as [
        "SEND TEMPLATE TO {recipient}, {template}[, {variables}]",
        "SEND TEMPLATE {template}, {channel}, {recipient}, {variables}",
        "SEND TEMPLATE {recipient}, {template}[, {variables}]",
    ] {
        /// The template.
        template: String,
        /// `email`, `whatsapp`, `sms` …
        channel: Option<String>,
        /// Who receives it.
        recipient: Data,
        /// What fills it.
        variables: Option<Data>,
    }

    /// Makes or replaces a message template.
    CreateTemplate: Write, Outreach -> Any = "CREATE TEMPLATE"
    as ["CREATE TEMPLATE {name}, {channel}[, {subject}], {content}"] {
        /// Its name.
        name: String,
        /// The channel it is for.
        channel: String,
        /// The subject, for mail.
        subject: Option<String>,
        /// The text with `{{names}}`.
        content: String,
    }

    /// Sends a short message to a phone.
    SendSms: Write, Outreach -> Any = "SEND SMS" as [
        "SEND SMS TO {to}, {text}[, {option}]",
        "SEND SMS {to}, {text}[, {option}]",
    ] {
        /// The number.
        to: String,
        /// The text.
        text: String,
        /// A priority or a provider.
        option: Option<String>,
    }

    /// Sends a message over WhatsApp.
    SendWhatsapp: Write, Outreach -> Any = "SEND WHATSAPP" as [
        "SEND WHATSAPP TO {to} WITH {text}",
        "SEND WHATSAPP TO {to}, {text}",
        "SEND WHATSAPP {to}, {text}",
    ] {
        /// The number.
        to: String,
        /// The text, or the parts of a template message.
        text: Data,
    }

    /// Lets following keywords use a connected account.
    UseAccount: Write, Mail = "USE ACCOUNT" as ["USE ACCOUNT {account}"] {
        /// The account.
        account: String,
    }
}
