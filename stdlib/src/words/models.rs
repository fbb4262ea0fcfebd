//! Asking language models.

use crate::keyword::Word;
use crate::{Data, keywords};

keywords! {
    family "models";

    /// Asks a language model and answers its text.
    Llm: Read, Models -> Text = "LLM" as [
        "LLM {prompt} [WITH OPTIMIZE FOR {optimize}] [WITH MAX_COST {max_cost}] \
         [WITH MAX_LATENCY {max_latency}] [WITH MODEL {model}]",
        "LLM {prompt}, {context}",
    ] {
        /// The question.
        prompt: Data,
        /// What the model shall know for it.
        context: Option<Data>,
        /// `quality`, `speed` or `cost`.
        optimize: Option<Word>,
        /// What the answer may cost at most.
        max_cost: Option<f64>,
        /// Seconds that the answer may take.
        max_latency: Option<f64>,
        /// The model to ask.
        model: Option<String>,
    }

    /// Lets a model put a text into better words.
    Rewrite: Read, Models -> Text = "REWRITE" as [
        "REWRITE {text} [WITH TONE {tone}]",
        "REWRITE {text} {context}",
    ] {
        /// The text, or an instruction.
        text: String,
        /// Data that belongs to the instruction.
        context: Option<Data>,
        /// The tone.
        tone: Option<String>,
    }

    /// Lets a model improve a text.
    ImproveText: Read, Models -> Text = "IMPROVE TEXT"
    as ["IMPROVE TEXT {text} [WITH TONE {tone}]"] {
        /// The text.
        text: String,
        /// The tone.
        tone: Option<String>,
    }

    /// Chooses the model for this conversation.
    UseModel: Write, Models = "USE MODEL" as ["USE MODEL {model}"] {
        /// The model.
        model: String,
    }

    /// Judges the mood of a text: overall, score, urgency, escalation_risk, emoji.
    AnalyzeSentiment: Read, Models -> Map = "ANALYZE SENTIMENT" as [
        "ANALYZE SENTIMENT {session}, {text}",
        "ANALYZE SENTIMENT {text}",
    ] {
        /// The conversation it belongs to.
        session: Option<String>,
        /// The text.
        text: String,
    }

    /// Lets a model find the columns of a table in a text, and saves the row.
    SaveFromUnstructured: Write, Models -> Map = "SAVE FROM UNSTRUCTURED"
    as ["SAVE FROM UNSTRUCTURED {table}, {text}"] {
        /// The table.
        table: String,
        /// The text.
        text: Data,
    }

    /// Describes a picture in words.
    See: Read, Models -> Text = "SEE" as ["SEE {image}[, {question}]"] {
        /// The picture.
        image: Data,
        /// What is to be known of it.
        question: Option<String>,
    }

    /// Reads the code of a barcode in a picture.
    ScanBarcode: Read, Models -> Text = "SCAN BARCODE" as ["SCAN BARCODE {image}"] {
        /// The picture.
        image: Data,
    }

    /// Judges how promising a lead is: score, grade and reasons.
    ScoreLead: Read, Models -> Map = "SCORE LEAD" also ["AI SCORE LEAD"] as ["SCORE LEAD {lead}"] {
        /// What is known of the lead.
        lead: Data,
    }

    /// Gives the stored score of a lead.
    GetLeadScore: Read, Data -> Map = "GET LEAD SCORE" as ["GET LEAD SCORE {lead}"] {
        /// The lead.
        lead: String,
    }

    /// Changes the stored score of a lead.
    UpdateLeadScore: Write, Data -> Map = "UPDATE LEAD SCORE"
    as ["UPDATE LEAD SCORE {lead}, {change}[, {reason}]"] {
        /// The lead.
        lead: String,
        /// Points to add.
        change: f64,
        /// Why.
        reason: Option<String>,
    }

    /// Judges whether a lead is worth a salesperson's time.
    QualifyLead: Read, Models -> Map = "QUALIFY LEAD" as ["QUALIFY LEAD {lead}[, {rules}]"] {
        /// What is known of the lead.
        lead: Data,
        /// What a good lead is.
        rules: Option<Data>,
    }
}
