//! Folders that hold no model, or a hostile one.

use crate::tiny::{config, folder, open, refusal, safetensors, tokenizer, weights, with_header, write_json};
use embeddings::{EmbedError, LocalOptions, open_local};
use serde_json::{Value, json};
use std::fs::File;

#[tokio::test]
async fn a_file_that_is_missing_or_no_file_is_named() {
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        let folder = folder("bert");
        let path = folder.path().join(name);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(
            refusal(folder.path()).await,
            format!("{}: is missing", path.display())
        );
        std::fs::create_dir(&path).unwrap();
        assert_eq!(
            refusal(folder.path()).await,
            format!("{}: is not a file", path.display())
        );
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    let folder = folder("bert");
    // sparse: reading it would take all memory
    let path = folder.path().join("model.safetensors");
    File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let Err(EmbedError::TooLarge { file, bytes, limit }) = open(folder.path()).await else {
        panic!("it opened");
    };
    assert_eq!((file, bytes, limit), (path, 1 << 40, 1_500_000_000));

    let folder = crate::tiny::folder("bert");
    let options = LocalOptions {
        max_bytes: 1_000,
        ..LocalOptions::default()
    };
    let error = open_local(folder.path(), options).await.err().unwrap();
    assert!(
        error.to_string().ends_with("bytes; no more than 1000 are read"),
        "{error}"
    );
    for (name, limit) in [("tokenizer.json", "64000000"), ("config.json", "1000000")] {
        File::create(folder.path().join(name))
            .unwrap()
            .set_len(1 << 40)
            .unwrap();
        let said = refusal(folder.path()).await;
        assert!(said.contains(name) && said.contains(limit), "{said}");
    }
}

#[tokio::test]
async fn sizes_that_cannot_be_are_refused_whatever_they_are() {
    let sizes = [
        "vocab_size",
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "intermediate_size",
        "max_position_embeddings",
        "type_vocab_size",
    ];
    let values = [
        "0",
        "-1",
        "3",
        "4000000",
        "18446744073709551615",
        "1e300",
        "\"8\"",
        "null",
        "[[[]]]",
    ];
    for size in sizes {
        for value in values {
            let folder = folder("bert");
            let mut config = config("bert");
            config[size] = serde_json::from_str(value).unwrap();
            write_json(folder.path(), "config.json", &config);
            let said = refusal(folder.path()).await;
            assert!(
                said.contains("config.json") || said.contains("model.safetensors"),
                "{size} {value}: {said}"
            );
        }
    }
    for value in ["0", "-1", "7", "1e300", "null"] {
        let folder = folder("bert");
        let mut config = config("bert");
        config["layer_norm_eps"] = serde_json::from_str(value).unwrap();
        write_json(folder.path(), "config.json", &config);
        refusal(folder.path()).await;
    }
    for length in ["0", "3", "-1"] {
        let folder = folder("bert");
        std::fs::write(
            folder.path().join("sentence_bert_config.json"),
            format!("{{\"max_seq_length\": {length}}}"),
        )
        .unwrap();
        assert!(refusal(folder.path()).await.contains("sentence_bert_config.json"));
    }
}

#[tokio::test]
async fn settings_that_are_no_json_are_refused() {
    let deep = "[".repeat(500_000);
    let names = [
        "config.json",
        "tokenizer.json",
        "modules.json",
        "1_Pooling/config.json",
        "sentence_bert_config.json",
        "config_sentence_transformers.json",
    ];
    for name in names {
        for content in ["", "\u{0}\u{1}", "{", "7", &deep] {
            let folder = folder("bert");
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, content).unwrap();
            assert!(refusal(folder.path()).await.contains(name));
        }
    }
}

#[tokio::test]
async fn a_tokenizer_that_does_not_fit_the_model_is_refused() {
    let mut beyond = tokenizer();
    beyond["model"]["vocab"]["tomorrow"] = json!(8);
    let mut kind = tokenizer();
    kind["model"]["type"] = json!("Rubbish");
    let mut none = tokenizer();
    none["model"] = Value::Null;
    for wrong in [beyond, kind, none, json!({}), json!([])] {
        let folder = folder("bert");
        write_json(folder.path(), "tokenizer.json", &wrong);
        let said = refusal(folder.path()).await;
        assert!(said.contains("tokenizer.json"), "{said}");
    }
    // what it puts around texts is known only once it has done so
    let mut around = tokenizer();
    around["post_processor"]["special_tokens"]["<s>"]["ids"] = json!([4_000_000_000_u32]);
    let folder = folder("bert");
    write_json(folder.path(), "tokenizer.json", &around);
    assert!(
        refusal(folder.path())
            .await
            .contains("tokens that it does not know")
    );
}

#[tokio::test]
async fn weights_that_end_early_are_refused_wherever_they_end() {
    let folder = folder("bert");
    let path = folder.path().join("model.safetensors");
    let whole = std::fs::read(&path).unwrap();
    for length in (0..whole.len())
        .step_by(whole.len() / 60)
        .chain([1, 7, 8, 9, whole.len() - 1])
    {
        std::fs::write(&path, &whole[..length]).unwrap();
        let said = refusal(folder.path()).await;
        assert!(said.contains("model.safetensors"), "{length}: {said}");
    }
}

#[tokio::test]
async fn a_header_of_weights_that_lies_is_refused() {
    let one = |about: &str| format!(r#"{{"embeddings.word_embeddings.weight": {about}}}"#);
    let headers = [
        "{}".to_owned(),
        "[".repeat(100_000),
        one(r#"{"dtype": "F32", "shape": [8, 8], "data_offsets": [0, 999999]}"#),
        one(r#"{"dtype": "F32", "shape": [8, 8], "data_offsets": [256, 0]}"#),
        one(r#"{"dtype": "F32", "shape": [18446744073709551615, 2], "data_offsets": [0, 256]}"#),
        one(r#"{"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 256]}"#),
        one(r#"{"dtype": "F99", "shape": [8, 8], "data_offsets": [0, 256]}"#),
        one(r#"{"dtype": "F32", "shape": [64], "data_offsets": [0, 256]}"#),
    ];
    for header in headers {
        let folder = folder("bert");
        std::fs::write(
            folder.path().join("model.safetensors"),
            with_header(&header, &[0; 256]),
        )
        .unwrap();
        let said = refusal(folder.path()).await;
        assert!(said.contains("model.safetensors"), "{header:.80}: {said}");
    }
    let folder = folder("bert");
    std::fs::write(folder.path().join("model.safetensors"), [0xff; 64]).unwrap();
    assert!(refusal(folder.path()).await.contains("model.safetensors"));
}

#[tokio::test]
async fn weights_of_any_type_are_taken_or_refused() {
    for (name, bytes) in [
        ("F8_E8M0", 1),
        ("F8_E4M3", 1),
        ("BOOL", 1),
        ("F16", 2),
        ("BF16", 2),
        ("U16", 2),
        ("F64", 8),
        ("I64", 8),
    ] {
        let folder = folder("bert");
        let mut header = serde_json::Map::new();
        let mut end = 0;
        for (weight, shape, _) in weights("bert") {
            let begin = end;
            end += shape.iter().product::<usize>() * bytes;
            header.insert(
                weight,
                json!({"dtype": name, "shape": shape, "data_offsets": [begin, end]}),
            );
        }
        let content = with_header(&Value::Object(header).to_string(), &vec![1; end]);
        std::fs::write(folder.path().join("model.safetensors"), content).unwrap();
        if let Err(error) = open(folder.path()).await {
            assert!(!error.to_string().contains("panicked"), "{name}: {error}");
        }
    }
}

#[tokio::test]
async fn a_header_with_any_byte_changed_makes_nothing_panic() {
    let folder = folder("bert");
    let path = folder.path().join("model.safetensors");
    let whole = std::fs::read(&path).unwrap();
    let header = whole.len()
        - weights("bert")
            .iter()
            .map(|(_, _, numbers)| numbers.len() * 4)
            .sum::<usize>();
    for place in (0..header).step_by(13).chain(0..8) {
        let mut changed = whole.clone();
        changed[place] ^= 0x15;
        std::fs::write(&path, &changed).unwrap();
        if let Err(error) = open(folder.path()).await {
            assert!(!error.to_string().contains("panicked"), "{place}: {error}");
        }
    }
}

#[tokio::test]
async fn weights_that_are_missing_or_no_numbers_are_refused_at_once() {
    let folder = folder("bert");
    let path = folder.path().join("model.safetensors");
    let mut fewer = weights("bert");
    let (gone, ..) = fewer.remove(9);
    std::fs::write(&path, safetensors(&fewer)).unwrap();
    let said = refusal(folder.path()).await;
    assert!(said.contains(&gone), "{said}");

    let mut broken = weights("bert");
    broken[9].2.fill(f32::NAN);
    std::fs::write(&path, safetensors(&broken)).unwrap();
    assert!(matches!(open(folder.path()).await, Err(EmbedError::NoDirection)));
}
