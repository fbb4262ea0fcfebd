//! The settings of a bot's `config.csv` that mean something here: what the checks and the manual
//! know of each. Other names are kept, and scripts may read them.

use jiff::tz::TimeZone;

/// A setting.
pub struct Setting {
    /// Its names; all mean the same, and the first is the usual one.
    pub names: &'static [&'static str],
    /// The subject it belongs to.
    pub group: &'static str,
    /// What it decides, as a sentence.
    pub what: &'static str,
    /// What holds without it.
    pub default: &'static str,
    /// What a value must look like.
    pub form: Option<Form>,
}

/// What the value of a setting must look like.
pub struct Form {
    /// Whether a value fits.
    pub fits: fn(&str) -> bool,
    /// What fits.
    pub wanted: &'static str,
}

const PRICE: Option<Form> = Some(Form {
    fits: |value| value.parse::<f64>().is_ok_and(|price| price.is_finite() && price >= 0.0),
    wanted: "a number, such as 2.5",
});

const WHOLE: Option<Form> =
    Some(Form { fits: |value| value.parse::<u32>().is_ok(), wanted: "a whole number" });

/// All of them, by subject.
pub const SETTINGS: &[Setting] = &[
    Setting {
        names: &["bot-name", "theme-title"],
        group: "The bot",
        what: "The name that people see.",
        default: "the folder's name",
        form: None,
    },
    Setting {
        names: &["bot-description"],
        group: "The bot",
        what: "A sentence for the list of bots, and for the model.",
        default: "empty",
        form: None,
    },
    Setting {
        names: &["welcome-message"],
        group: "The bot",
        what: "What a bot without `start.bas` says first.",
        default: "nothing",
        form: None,
    },
    Setting {
        names: &["public"],
        group: "The bot",
        what: "Whether the start page lists the bot. Whoever knows its address can talk with it.",
        default: "true",
        form: Some(Form {
            fits: |value| ["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word)),
            wanted: "`true` or `false`",
        }),
    },
    Setting {
        names: &["theme-color1"],
        group: "The bot",
        what: "The bot's colour in the list of bots.",
        default: "the server's",
        form: None,
    },
    Setting {
        names: &["time-zone", "timezone", "bot-timezone"],
        group: "The bot",
        what: "The time zone in which scripts see dates, and schedules run.",
        default: "UTC",
        form: Some(Form {
            fits: |value| TimeZone::get(value).is_ok(),
            wanted: "the name of a time zone, such as `America/Sao_Paulo`",
        }),
    },
    Setting {
        names: &["capabilities"],
        group: "The bot",
        what: "What scripts may use: names of capabilities, separated by commas. Then all others \
               are refused.",
        default: "all but execution and administration",
        form: None,
    },
    Setting {
        names: &["llm-url"],
        group: "The model",
        what: "Where the language model answers, in OpenAI's protocol.",
        default: "the model of the server",
        form: Some(Form {
            fits: |value| value.starts_with("http://") || value.starts_with("https://"),
            wanted: "an address that begins with `http://` or `https://`",
        }),
    },
    Setting {
        names: &["llm-endpoint-path"],
        group: "The model",
        what: "The path below that address.",
        default: "/v1/chat/completions",
        form: None,
    },
    Setting {
        names: &["llm-model", "model-default"],
        group: "The model",
        what: "Which of its models.",
        default: "default",
        form: None,
    },
    Setting {
        names: &["llm-key", "llm-api-key"],
        group: "The model",
        what: "The key that the model's server wants; `none` is no key. Scripts cannot read it.",
        default: "none",
        form: None,
    },
    Setting {
        names: &["llm-temperature"],
        group: "The model",
        what: "How free the model is in its choice of words.",
        default: "the model's own",
        form: Some(Form {
            fits: |value| value.parse::<f64>().is_ok_and(|number| (0.0..=2.0).contains(&number)),
            wanted: "a number from 0 to 2",
        }),
    },
    Setting {
        names: &["llm-max-tokens"],
        group: "The model",
        what: "How long an answer may be, in tokens.",
        default: "the model's own",
        form: WHOLE,
    },
    Setting {
        names: &["llm-price-input"],
        group: "The model",
        what: "What a million tokens of a prompt cost, for the studio to show what answers cost.",
        default: "costs are not shown",
        form: PRICE,
    },
    Setting {
        names: &["llm-price-output"],
        group: "The model",
        what: "What a million tokens of an answer cost.",
        default: "costs are not shown",
        form: PRICE,
    },
    Setting {
        names: &["history-limit"],
        group: "The model",
        what: "How many earlier messages the model is told; at most 100.",
        default: "10",
        form: WHOLE,
    },
    Setting {
        names: &["bot-system-prompt", "system-prompt"],
        group: "The model",
        what: "Who the model is. A prompt file in the `.gbot` folder is the better place for \
               more than one line.",
        default: "the prompt file, or a sentence with the bot's name",
        form: None,
    },
];

/// The setting of a name.
pub fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.names.contains(&name))
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_setting_is_one() {
        let names: Vec<_> = super::SETTINGS.iter().flat_map(|setting| setting.names).collect();
        for name in &names {
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
        }
    }
}
