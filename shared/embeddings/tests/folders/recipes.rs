//! How a model's settings are followed.

use crate::tiny::{config, folder, open, refusal, safetensors, weights, write_json};
use embeddings::{Embedder, Input};
use serde_json::json;

async fn vector(model: &dyn Embedder, text: &str, of: Input) -> Vec<f32> {
    model.embed(&[text.to_owned()], of).await.unwrap().remove(0)
}

#[track_caller]
fn assert_near(found: &[f32], expected: &[f32]) {
    let near = found
        .iter()
        .zip(expected)
        .all(|(found, expected)| (found - expected).abs() < 1e-4);
    assert!(
        near && found.len() >= expected.len(),
        "{found:?} is not {expected:?}"
    );
}

// The numbers of these two tests are those that a program of thirty lines of numpy computed from the same formula.

#[tokio::test]
async fn bert_computes_what_its_formulas_say() {
    let folder = folder("bert");
    let model = open(folder.path()).await.unwrap();
    assert_eq!(model.dimensions(), 8);
    let expected = [
        -0.31232, -0.50159, 0.09762, 0.50983, -0.29298, 0.36413, 0.26176, -0.30734,
    ];
    assert_near(&vector(&*model, "hello there", Input::Query).await, &expected);
    let expected = [
        -0.32374, -0.50395, 0.08337, 0.44372, -0.29555, 0.3944, 0.3364, -0.28517,
    ];
    assert_near(&vector(&*model, "good", Input::Passage).await, &expected);
}

#[tokio::test]
async fn xlm_roberta_begins_its_positions_behind_that_of_the_padding() {
    let folder = folder("xlm-roberta");
    let model = open(folder.path()).await.unwrap();
    let expected = [
        -0.31561, -0.50085, 0.11553, 0.46433, -0.29705, 0.38176, 0.32956, -0.27928,
    ];
    assert_near(&vector(&*model, "hello there", Input::Query).await, &expected);
    // together with a longer one it is filled up
    let both = ["hello there good day".to_owned(), "hello there".to_owned()];
    let both = model.embed(&both, Input::Query).await.unwrap();
    assert_near(&both[1], &expected);
    // twelve positions, of which the first two are no text's: what lies behind is cut
    let long = vector(&*model, &"day ".repeat(500), Input::Query).await;
    assert_near(
        &long,
        &vector(&*model, "day day day day day day day day", Input::Query).await,
    );
}

#[tokio::test]
async fn a_model_pools_as_its_folder_says() {
    let folder = folder("bert");
    let modules = json!([
        {"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "path": "pool", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ]);
    write_json(folder.path(), "modules.json", &modules);
    let first = [
        -0.31229, -0.50194, 0.09681, 0.50978, -0.29292, 0.364, 0.26161, -0.30751,
    ];
    for pooling in [
        json!({"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}),
        json!({"pooling_mode": "cls"}),
    ] {
        write_json(folder.path(), "pool/config.json", &pooling);
        let model = open(folder.path()).await.unwrap();
        let found = vector(&*model, "hello there", Input::Query).await;
        assert_near(&found, &first);
        // it is near the mean, but another
        assert!((found[2] - 0.09762).abs() > 5e-4, "{found:?}");
    }
    let wrong = [
        json!({"pooling_mode_weightedmean_tokens": true}),
        json!({"pooling_mode_cls_token": true, "pooling_mode_max_tokens": true}),
        json!({"pooling_mode_mean_tokens": true, "include_prompt": false}),
    ];
    for pooling in wrong {
        write_json(folder.path(), "pool/config.json", &pooling);
        let said = refusal(folder.path()).await;
        assert!(
            said.contains("pool/config.json") && said.contains("not supported"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_part_of_a_model_that_is_not_known_or_lies_outside_is_refused() {
    let folder = folder("bert");
    for (path, kind) in [
        ("2_Dense", "sentence_transformers.models.Dense"),
        ("../../etc", "a.Pooling"),
        ("/etc", "a.Pooling"),
    ] {
        write_json(
            folder.path(),
            "modules.json",
            &json!([{"path": path, "type": kind}]),
        );
        let said = refusal(folder.path()).await;
        assert!(said.contains("modules.json"), "{said}");
    }
}

#[tokio::test]
async fn the_encoder_may_lie_in_a_folder_of_its_own() {
    let bare = folder("bert");
    let whole = tempfile::tempdir().unwrap();
    std::fs::create_dir(whole.path().join("0_Transformer")).unwrap();
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        std::fs::copy(
            bare.path().join(name),
            whole.path().join("0_Transformer").join(name),
        )
        .unwrap();
    }
    let modules = json!([{"path": "0_Transformer", "type": "sentence_transformers.models.Transformer"}]);
    write_json(whole.path(), "modules.json", &modules);
    let (bare, whole) = (
        open(bare.path()).await.unwrap(),
        open(whole.path()).await.unwrap(),
    );
    let text = "good day";
    assert_eq!(
        vector(&*bare, text, Input::Query).await,
        vector(&*whole, text, Input::Query).await
    );
}

#[tokio::test]
async fn a_model_is_told_what_a_text_is_for_where_its_settings_or_its_name_say_so() {
    let plain = folder("bert");
    let model = open(plain.path()).await.unwrap();
    let text = "hello";
    let bare = vector(&*model, text, Input::Query).await;
    assert_eq!(bare, vector(&*model, text, Input::Passage).await);

    let prompts = json!({"prompts": {"query": "good ", "document": "day "}});
    write_json(plain.path(), "config_sentence_transformers.json", &prompts);
    let told = open(plain.path()).await.unwrap();
    assert_eq!(
        vector(&*told, text, Input::Query).await,
        vector(&*model, "good hello", Input::Query).await
    );
    assert_eq!(
        vector(&*told, text, Input::Passage).await,
        vector(&*model, "day hello", Input::Query).await
    );

    // "query" and "passage" are words that this model does not know, so both look the same to it, but not like none
    let e5 = folder("bert");
    let mut named = config("bert");
    named["_name_or_path"] = json!("intfloat/e5-small-v2");
    write_json(e5.path(), "config.json", &named);
    let e5 = open(e5.path()).await.unwrap();
    assert_eq!(
        vector(&*e5, text, Input::Query).await,
        vector(&*model, "query: hello", Input::Query).await
    );
    assert_ne!(vector(&*e5, text, Input::Query).await, bare);

    let long = json!({"prompts": {"query": "good ".repeat(200)}});
    write_json(plain.path(), "config_sentence_transformers.json", &long);
    assert!(
        refusal(plain.path())
            .await
            .contains("config_sentence_transformers.json")
    );
}

#[tokio::test]
async fn the_id_changes_with_whatever_vectors_depend_on_and_with_nothing_else() {
    let folder = folder("bert");
    let id = open(folder.path()).await.unwrap().id().to_owned();
    assert!(id.starts_with("sha256:"), "{id}");
    std::fs::write(folder.path().join("README.md"), "Hello").unwrap();
    assert_eq!(open(folder.path()).await.unwrap().id(), id);
    let mut seen = vec![id];
    let mut other = weights("bert");
    other[3].2[0] += 0.5;
    std::fs::write(folder.path().join("model.safetensors"), safetensors(&other)).unwrap();
    seen.push(open(folder.path()).await.unwrap().id().to_owned());
    write_json(
        folder.path(),
        "sentence_bert_config.json",
        &json!({"max_seq_length": 9}),
    );
    seen.push(open(folder.path()).await.unwrap().id().to_owned());
    write_json(
        folder.path(),
        "1_Pooling/config.json",
        &json!({"pooling_mode_max_tokens": true}),
    );
    seen.push(open(folder.path()).await.unwrap().id().to_owned());
    // the name alone tells what to put before texts
    let renamed = folder.path().with_file_name("tiny-e5");
    std::fs::rename(folder.path(), &renamed).unwrap();
    seen.push(open(&renamed).await.unwrap().id().to_owned());
    std::fs::rename(&renamed, folder.path()).unwrap();
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all);
}

#[tokio::test]
async fn a_model_of_another_kind_is_refused_by_its_name() {
    let folder = folder("bert");
    write_json(
        folder.path(),
        "config.json",
        &json!({"model_type": "llama", "hidden_size": 8}),
    );
    let said = refusal(folder.path()).await;
    assert!(
        said.ends_with(r#"a model of the type "llama" is not supported; bert, roberta and xlm-roberta are"#),
        "{said}"
    );
    for (name, value) in [
        ("hidden_act", json!("swiglu")),
        ("position_embedding_type", json!("relative_key")),
    ] {
        let mut other = config("bert");
        other[name] = value;
        write_json(folder.path(), "config.json", &other);
        assert!(refusal(folder.path()).await.contains("supported"));
    }
}

#[tokio::test]
async fn weights_may_be_named_after_their_kind_of_model() {
    let plain = folder("xlm-roberta");
    let prefixed = folder("xlm-roberta");
    let mut named = weights("xlm-roberta");
    named
        .iter_mut()
        .for_each(|(name, ..)| name.insert_str(0, "roberta."));
    std::fs::write(prefixed.path().join("model.safetensors"), safetensors(&named)).unwrap();
    let (plain, prefixed) = (
        open(plain.path()).await.unwrap(),
        open(prefixed.path()).await.unwrap(),
    );
    assert_eq!(
        vector(&*plain, "day", Input::Query).await,
        vector(&*prefixed, "day", Input::Query).await
    );
}
