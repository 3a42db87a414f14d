//! What the OpenAPI document says of administration.

use crate::surface::PossibleErrors;
use poem_openapi::Tags;

/// What its operations are grouped by.
#[derive(Tags)]
pub enum Tag {
    /// Texts that agents put into their answers by a shortcut.
    CannedReplies,
    /// The company's work on conversations: who has one, and how much there is. Agents and admins.
    Desk,
    /// What agents see beside a conversation: the customer, the bot's reasons, what to answer.
    Insight,
    /// What the bot knows.
    Knowledge,
    /// What conversations are sorted by. Agents and admins.
    Labels,
    /// What agents and admins write to each other about a conversation.
    Notes,
    /// Jobs and figures.
    Operations,
    /// Who works for the company, and everybody's accounts.
    Users,
    /// What happens, posted to other systems. Admins only.
    Webhooks,
}

/// Which errors they may have.
pub const POSSIBLE_ERRORS: PossibleErrors = PossibleErrors {
    forbidden: &[
        "count_conversations",
        "claim_conversation",
        "assign_conversation",
        "hand_back_conversation",
        "request_handoff",
        "list_notes",
        "add_note",
        "edit_note",
        "delete_note",
        "list_labels",
        "create_label",
        "update_label",
        "delete_label",
        "list_articles",
        "add_article",
        "replace_article",
        "delete_article",
        "get_article",
        "save_article_draft",
        "discard_article_draft",
        "publish_article",
        "list_article_versions",
        "restore_article_version",
        "load_example_articles",
        "remove_example_articles",
        "import_articles",
        "export_articles",
        "add_article_image",
        "list_unanswered",
        "ask_bot",
        "list_canned_replies",
        "add_canned_reply",
        "replace_canned_reply",
        "delete_canned_reply",
        "suggest_answer",
        "summarize_conversation",
        "trace_conversation",
        "get_customer",
        "list_staff",
        "list_users",
        "list_people",
        "create_user",
        "update_user",
        "list_jobs",
        "replay_job",
        "get_figures",
        "list_webhooks",
        "create_webhook",
        "get_webhook",
        "update_webhook",
        "delete_webhook",
        "list_webhook_deliveries",
        "replay_webhook_delivery",
        "test_webhook",
    ],
    conflicting: &[
        "add_article",
        "replace_article",
        "publish_article",
        "restore_article_version",
        "load_example_articles",
        "import_articles",
        "add_article_image",
        "add_canned_reply",
        "replace_canned_reply",
        "replay_job",
        "create_webhook",
        "replay_webhook_delivery",
        "test_webhook",
        "claim_conversation",
        "request_handoff",
        "create_label",
        "update_label",
    ],
    checked_path: &[
        "claim_conversation",
        "hand_back_conversation",
        "request_handoff",
        "list_notes",
    ],
    ..PossibleErrors::NONE
};
