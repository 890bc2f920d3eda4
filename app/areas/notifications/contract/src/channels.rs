//! The ways of telling, as data.

/// A way of telling.
#[derive(Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its stable word, such as `slack`.
    pub word: &'static str,
    /// What has to be said about where it leads.
    pub fields: &'static [ChannelField],
}

/// Something that has to be said about where a way leads.
#[derive(Debug, PartialEq, Eq)]
pub struct ChannelField {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether it is sealed, and never shown again.
    pub is_secret: bool,
    /// Whether it may be left empty.
    pub is_optional: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A web address.
    Address,
    /// A line.
    Line,
    /// Mail addresses, with commas or lines between.
    Recipients,
    /// Whom a message calls: numbers or ids with commas between, or [`EVERYBODY`].
    People,
}

/// The word for calling all that are there.
pub const EVERYBODY: &str = "all";

const fn needed(name: &'static str, shape: Shape) -> ChannelField {
    ChannelField { name, shape, is_secret: false, is_optional: false }
}

const fn secret(name: &'static str, shape: Shape) -> ChannelField {
    ChannelField { is_secret: true, ..needed(name, shape) }
}

const fn optional(name: &'static str, shape: Shape) -> ChannelField {
    ChannelField { is_optional: true, ..needed(name, shape) }
}

const fn optional_secret(name: &'static str) -> ChannelField {
    ChannelField { is_optional: true, ..secret(name, Shape::Line) }
}

/// An address that is a secret by itself: whoever has it can write there.
const WEBHOOK: ChannelField = secret("url", Shape::Address);

/// Whom it calls, so that a message is not passed over where many are.
const CALL: ChannelField = optional("call", Shape::People);

/// All of them, in the order in which they are offered.
pub static CHANNELS: &[Channel] = &[
    Channel { word: "email", fields: &[needed("to", Shape::Recipients)] },
    // Whoever takes webhooks of Alertmanager takes these.
    Channel {
        word: "webhook",
        fields: &[
            needed("url", Shape::Address),
            optional_secret("token"),
            optional("user", Shape::Line),
            optional_secret("password"),
        ],
    },
    // Mattermost and Rocket.Chat take the same.
    Channel { word: "slack", fields: &[WEBHOOK] },
    Channel { word: "slack-bot", fields: &[secret("token", Shape::Line), needed("room", Shape::Line)] },
    Channel { word: "teams", fields: &[WEBHOOK] },
    Channel { word: "discord", fields: &[WEBHOOK, CALL] },
    Channel { word: "telegram", fields: &[secret("token", Shape::Line), needed("chat", Shape::Line)] },
    Channel { word: "pagerduty", fields: &[secret("key", Shape::Line)] },
    Channel { word: "dingtalk", fields: &[WEBHOOK, optional_secret("signing"), CALL] },
    Channel {
        word: "dingtalk-app",
        fields: &[
            needed("app", Shape::Line),
            needed("agent", Shape::Line),
            secret("secret", Shape::Line),
            optional("users", Shape::People),
            optional("departments", Shape::People),
        ],
    },
    Channel { word: "feishu", fields: &[WEBHOOK, optional_secret("signing"), CALL] },
    Channel {
        word: "feishu-app",
        fields: &[
            needed("app", Shape::Line),
            secret("secret", Shape::Line),
            optional("users", Shape::People),
            optional("departments", Shape::People),
        ],
    },
    Channel { word: "wecom", fields: &[WEBHOOK, CALL] },
    Channel {
        word: "wecom-app",
        fields: &[
            needed("corp", Shape::Line),
            needed("agent", Shape::Line),
            secret("secret", Shape::Line),
            optional("users", Shape::People),
            optional("departments", Shape::People),
            optional("tags", Shape::People),
        ],
    },
];

/// The words of the ways that are offered; `has_mail` is whether anybody sends mail.
pub fn offered(has_mail: bool) -> impl Iterator<Item = &'static str> {
    CHANNELS.iter().map(|channel| channel.word).filter(move |word| has_mail || *word != "email")
}

impl Channel {
    /// The way of this word.
    pub fn find(word: &str) -> Option<&'static Self> {
        CHANNELS.iter().find(|channel| channel.word == word)
    }

    /// Whether people read what it is told: others take fields, and no words.
    pub fn has_words(&self) -> bool {
        !matches!(self.word, "webhook" | "pagerduty")
    }

    /// Its field of this name.
    pub fn field(&self, name: &str) -> Option<&'static ChannelField> {
        self.fields.iter().find(|field| field.name == name)
    }
}
