use super::*;
use crate::KnowledgeBase;

fn replier(base_url: &str, key: &str) -> Result<OpenAiReplier, ReplyError> {
    let knowledge = Arc::new(KnowledgeBase::build(crate::articles::examples()));
    let config = OpenAiConfig {
        base_url: base_url.to_owned(),
        model: "m".to_owned(),
        api_key: Some(SecretString::from(key.to_owned())),
        timeout: Duration::from_secs(1),
    };
    assert!(!format!("{config:?}").contains(key));
    OpenAiReplier::new(config, Arc::new(KnowledgeReplier::new(knowledge)))
}

#[test]
fn the_key_shows_neither_in_debug_output_nor_in_errors() {
    let good = replier("http://127.0.0.1:9/v1/", "sk-secret").unwrap();
    let shown = format!("{good:?}");
    assert!(shown.contains("127.0.0.1:9/v1") && !shown.contains("sk-secret"));
    let bad = replier("http://127.0.0.1:9/v1", "sk-secret\n").unwrap_err();
    assert!(!format!("{bad:?} {bad}").contains("sk-secret"));
}

#[test]
fn a_base_url_that_is_none_is_refused_at_once() {
    assert!(matches!(
        replier("api.openai.com", "sk-secret"),
        Err(ReplyError::Config(_))
    ));
    assert!(replier("file:///etc/passwd", "sk-secret").is_err());
}
