//! Settings that are one word of a few.

/// One word of a few.
pub(super) trait Choice: Copy + 'static {
    /// The words, each with what it means.
    const WORDS: &[(&'static str, Self)];
}

impl Choice for bool {
    const WORDS: &[(&'static str, Self)] = &[("on", true), ("off", false)];
}

/// Whether a feature is open to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Anybody may register.
    Open,
    /// Only admins make accounts.
    Closed,
}

impl Choice for Registration {
    const WORDS: &[(&'static str, Self)] = &[("open", Self::Open), ("closed", Self::Closed)];
}

/// Who may become a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visitors {
    /// Anybody, and holders of a signed token.
    Anonymous,
    /// Holders of a token signed with `VISITOR_JWT_SECRET`.
    Signed,
    /// Nobody: whoever chats has an account.
    Off,
}

impl Choice for Visitors {
    const WORDS: &[(&'static str, Self)] = &[
        ("anonymous", Self::Anonymous),
        ("signed", Self::Signed),
        ("off", Self::Off),
    ];
}

/// Who may use the rooms of the `rooms` dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomsAccess {
    /// Whoever names a `user_id`, without a token; rooms only.
    Open,
    /// Holders of a token whose username equals `user_id`.
    Token,
}

impl Choice for RoomsAccess {
    const WORDS: &[(&'static str, Self)] = &[("open", Self::Open), ("token", Self::Token)];
}

/// Where jobs run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerMode {
    /// In the api process.
    Embedded,
    /// In `worker` processes.
    External,
}

impl Choice for WorkerMode {
    const WORDS: &[(&'static str, Self)] = &[("embedded", Self::Embedded), ("external", Self::External)];
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Pretty,
    /// One JSON object a line.
    Json,
}

impl Choice for LogFormat {
    const WORDS: &[(&'static str, Self)] = &[("pretty", Self::Pretty), ("json", Self::Json)];
}
