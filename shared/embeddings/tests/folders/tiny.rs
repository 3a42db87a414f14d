//! A model's folder that is made here: two layers of eight numbers, with weights that a formula gives.

use std::path::Path;

use embeddings::{EmbedError, Embedder, LocalOptions, open_local};
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;

const HIDDEN: usize = 8;
const WIDE: usize = 16;
const WORDS: usize = 8;
const POSITIONS: usize = 12;

/// A folder with a model of that type: `bert` or `xlm-roberta`.
pub fn folder(kind: &str) -> TempDir {
    let folder = tempfile::Builder::new().prefix("tiny-model-").tempdir().unwrap();
    write_json(folder.path(), "config.json", &config(kind));
    write_json(folder.path(), "tokenizer.json", &tokenizer());
    let weights = safetensors(&weights(kind));
    std::fs::write(folder.path().join("model.safetensors"), weights).unwrap();
    folder
}

pub fn write_json(folder: &Path, name: &str, content: &Value) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content.to_string()).unwrap();
}

pub async fn open(folder: &Path) -> Result<Arc<dyn Embedder>, EmbedError> {
    open_local(folder, LocalOptions::default()).await
}

/// Why a model does not open. That it panicked is no reason.
pub async fn refusal(folder: &Path) -> String {
    match open(folder).await {
        Ok(_) => panic!("it opened"),
        Err(error) => {
            let said = error.to_string();
            assert!(!said.contains("panicked"), "{said}");
            said
        }
    }
}

pub fn config(kind: &str) -> Value {
    json!({
        "model_type": kind, "vocab_size": WORDS, "hidden_size": HIDDEN, "num_hidden_layers": 2,
        "num_attention_heads": 2, "intermediate_size": WIDE, "max_position_embeddings": POSITIONS,
        "type_vocab_size": kinds(kind), "pad_token_id": if kind == "bert" { 0 } else { 1 }, "hidden_act": "gelu",
        "layer_norm_eps": 1e-5,
    })
}

fn kinds(kind: &str) -> usize {
    if kind == "bert" { 2 } else { 1 }
}

/// Knows four words: hello, there, good, day.
pub fn tokenizer() -> Value {
    let special = |id: u32, content: &str| {
        json!({"id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true})
    };
    json!({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [special(0, "<s>"), special(1, "<pad>"), special(2, "</s>"), special(3, "<unk>")],
        "normalizer": null, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {
                "<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
                "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]},
            },
        },
        "decoder": null,
        "model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {
            "<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "hello": 4, "there": 5, "good": 6, "day": 7,
        }},
    })
}

/// A weight: its name, its shape, its numbers.
pub type Weight = (String, Vec<usize>, Vec<f32>);

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
pub fn weights(kind: &str) -> Vec<Weight> {
    let mut named = vec![
        (
            "embeddings.word_embeddings.weight".to_owned(),
            vec![WORDS, HIDDEN],
        ),
        (
            "embeddings.position_embeddings.weight".to_owned(),
            vec![POSITIONS, HIDDEN],
        ),
        (
            "embeddings.token_type_embeddings.weight".to_owned(),
            vec![kinds(kind), HIDDEN],
        ),
        ("embeddings.LayerNorm.weight".to_owned(), vec![HIDDEN]),
        ("embeddings.LayerNorm.bias".to_owned(), vec![HIDDEN]),
    ];
    for layer in 0..2 {
        let linear = [
            ("attention.self.query", HIDDEN, HIDDEN),
            ("attention.self.key", HIDDEN, HIDDEN),
            ("attention.self.value", HIDDEN, HIDDEN),
            ("attention.output.dense", HIDDEN, HIDDEN),
            ("intermediate.dense", WIDE, HIDDEN),
            ("output.dense", HIDDEN, WIDE),
        ];
        for (name, out, from) in linear {
            named.push((format!("encoder.layer.{layer}.{name}.weight"), vec![out, from]));
            named.push((format!("encoder.layer.{layer}.{name}.bias"), vec![out]));
        }
        for name in ["attention.output", "output"] {
            named.push((
                format!("encoder.layer.{layer}.{name}.LayerNorm.weight"),
                vec![HIDDEN],
            ));
            named.push((
                format!("encoder.layer.{layer}.{name}.LayerNorm.bias"),
                vec![HIDDEN],
            ));
        }
    }
    let numbers = |place: usize, shape: &[usize]| {
        let scale = if shape.len() == 2 { 1.5 } else { 1.0 };
        let each = 0..shape.iter().product::<usize>();
        each.map(|i| ((0.37 * (i * i) as f64 + place as f64).sin() * scale) as f32)
            .collect()
    };
    let named = named.into_iter().enumerate();
    named
        .map(|(place, (name, shape))| (name, shape.clone(), numbers(place, &shape)))
        .collect()
}

/// The file's content: the header's length, the header, the numbers.
pub fn safetensors(weights: &[Weight]) -> Vec<u8> {
    let mut header = serde_json::Map::new();
    let mut numbers = Vec::new();
    for (name, shape, values) in weights {
        let begin = numbers.len();
        numbers.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        header.insert(
            name.clone(),
            json!({"dtype": "F32", "shape": shape, "data_offsets": [begin, numbers.len()]}),
        );
    }
    with_header(&Value::Object(header).to_string(), &numbers)
}

pub fn with_header(header: &str, numbers: &[u8]) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    [&length, header.as_bytes(), numbers].concat()
}
