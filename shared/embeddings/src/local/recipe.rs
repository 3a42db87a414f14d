//! What a model's settings say about how a text becomes a vector.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use serde::Deserialize;
use serde_json::Value;

use super::encoder::{Activation, Shape};
use super::files::Folder;
use crate::{EmbedError, Prefixes};

/// More tokens than that are not read: the work grows with their square, and a passage has fewer.
const MAX_TOKENS: usize = 512;
/// Fewer would leave no room for the text beside what models put around it.
const MIN_TOKENS: usize = 8;
/// The longest that a model may want to read before a text, in bytes.
const MAX_PREFIX: usize = 500;

/// How the vectors of a text's tokens become the text's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// Their average.
    Mean,
    /// The first one, which was trained for it.
    First,
    /// The largest of each number.
    Max,
}

/// All that is to know beside the weights.
#[derive(Debug)]
pub struct Recipe {
    /// The encoder's measures.
    pub shape: Shape,
    /// How many tokens of a text are read, with those that the model puts around it.
    pub max_tokens: usize,
    /// What to make of the tokens.
    pub pooling: Pooling,
    /// What to put before a text.
    pub prefixes: Prefixes,
    /// The folder of the encoder's files inside the model's, with a slash at its end where it is another.
    pub inside: String,
}

impl Recipe {
    /// What the files of `folder` say.
    pub fn read(folder: &mut Folder) -> Result<Self, EmbedError> {
        let modules = Modules::read(folder)?;
        let config_name = format!("{}config.json", modules.encoder);
        let config: Value = folder
            .settings(&config_name)?
            .ok_or_else(|| EmbedError::file(&folder.path(&config_name), "is missing"))?;
        let wrong = |why: String| EmbedError::file(&folder.path(&config_name), why);
        let shape = Config::parse(&config)
            .and_then(|config| config.shape())
            .map_err(wrong)?;
        let name = config
            .get("_name_or_path")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let name = format!("{name} {}", folder.name());
        Ok(Self {
            max_tokens: max_tokens(folder, &modules.encoder, &shape)?,
            pooling: pooling(folder, &modules.pooling)?,
            prefixes: prefixes(folder, &name)?,
            inside: modules.encoder,
            shape,
        })
    }
}

/// Where the parts of a model are, as folders that end with a slash.
struct Modules {
    encoder: String,
    pooling: String,
}

#[derive(Deserialize)]
struct Module {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

impl Modules {
    fn read(folder: &mut Folder) -> Result<Self, EmbedError> {
        let mut found = Self {
            encoder: String::new(),
            pooling: "1_Pooling/".to_owned(),
        };
        let modules: Vec<Module> = folder.settings("modules.json")?.unwrap_or_default();
        let wrong = |why: String| EmbedError::file(&folder.path("modules.json"), why);
        for Module { path, kind } in modules {
            let outside = !Path::new(&path)
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            if outside {
                return Err(wrong(format!("{path:?} is no folder inside the model's")));
            }
            let place = if path.is_empty() { path } else { format!("{path}/") };
            match kind.rsplit('.').next() {
                Some("Transformer") => found.encoder = place,
                Some("Pooling") => found.pooling = place,
                Some("Normalize") => {}
                // left out, it would give other vectors than the model's
                _ => return Err(wrong(format!("a module of the type {kind:?} is not supported"))),
            }
        }
        Ok(found)
    }
}

/// The part of `config.json` that counts.
#[derive(Deserialize)]
struct Config {
    model_type: String,
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    max_position_embeddings: usize,
    #[serde(default = "one")]
    type_vocab_size: usize,
    pad_token_id: Option<u32>,
    hidden_act: Option<String>,
    #[serde(default = "small")]
    layer_norm_eps: f64,
    position_embedding_type: Option<String>,
}

fn one() -> usize {
    1
}

/// What BERT was trained with.
fn small() -> f64 {
    1e-12
}

impl Config {
    fn parse(config: &Value) -> Result<Self, String> {
        let kind = config
            .get("model_type")
            .and_then(Value::as_str)
            .unwrap_or("unknown");
        if !["bert", "roberta", "xlm-roberta"].contains(&kind) {
            return Err(format!(
                "a model of the type {kind:?} is not supported; bert, roberta and xlm-roberta are"
            ));
        }
        Self::deserialize(config).map_err(|error| error.to_string())
    }

    fn shape(self) -> Result<Shape, String> {
        let within = |name: &str, value: usize, most: usize| match value {
            1.. if value <= most => Ok(value),
            _ => Err(format!("{name} is {value}; 1 to {most} is supported")),
        };
        let hidden = within("hidden_size", self.hidden_size, 8_192)?;
        let heads = within("num_attention_heads", self.num_attention_heads, 256)?;
        if !hidden.is_multiple_of(heads) {
            return Err(format!(
                "{heads} attention heads do not share {hidden} numbers evenly"
            ));
        }
        if let Some(other) = self.position_embedding_type.filter(|kind| kind != "absolute") {
            return Err(format!("positions of the type {other:?} are not supported"));
        }
        if !(self.layer_norm_eps > 0.0 && self.layer_norm_eps < 1.0) {
            return Err(format!(
                "layer_norm_eps is {}; it is a small number",
                self.layer_norm_eps
            ));
        }
        // RoBERTa's positions begin behind that of its padding
        let roberta = self.model_type != "bert";
        let padding = self.pad_token_id.unwrap_or(u32::from(roberta));
        let first_position = if roberta { padding.saturating_add(1) } else { 0 };
        Ok(Shape {
            vocabulary: within("vocab_size", self.vocab_size, 4_000_000)?,
            hidden,
            heads,
            layers: within("num_hidden_layers", self.num_hidden_layers, 128)?,
            intermediate: within("intermediate_size", self.intermediate_size, 65_536)?,
            positions: within("max_position_embeddings", self.max_position_embeddings, 1_000_000)?,
            kinds: within("type_vocab_size", self.type_vocab_size, 64)?,
            first_position,
            padding,
            activation: Activation::named(self.hidden_act.as_deref().unwrap_or("gelu"))?,
            epsilon: self.layer_norm_eps,
            prefix: if roberta { "roberta" } else { "bert" },
        })
    }
}

/// How many tokens are read: what the model was trained with, where it says so, as far as it has positions.
fn max_tokens(folder: &mut Folder, inside: &str, shape: &Shape) -> Result<usize, EmbedError> {
    #[derive(Deserialize)]
    struct Lengths {
        max_seq_length: Option<usize>,
    }
    let name = format!("{inside}sentence_bert_config.json");
    let lengths: Option<Lengths> = folder.settings(&name)?;
    let wanted = lengths
        .and_then(|lengths| lengths.max_seq_length)
        .unwrap_or(MAX_TOKENS);
    let positions = shape.positions.saturating_sub(shape.first_position as usize);
    let most = wanted.min(positions).min(MAX_TOKENS);
    if most < MIN_TOKENS {
        let file = folder.path(if wanted < MIN_TOKENS { &name } else { "config.json" });
        return Err(EmbedError::file(
            &file,
            format!("it reads {most} tokens of a text, too few for any"),
        ));
    }
    Ok(most)
}

fn pooling(folder: &mut Folder, place: &str) -> Result<Pooling, EmbedError> {
    let name = format!("{place}config.json");
    let config: BTreeMap<String, Value> = folder.settings(&name)?.unwrap_or_default();
    let flags = config.iter().filter(|(_, value)| **value == Value::Bool(true));
    let flags = flags.filter_map(|(name, _)| name.strip_prefix("pooling_mode_"));
    let newer = config.get("pooling_mode").and_then(Value::as_str);
    let modes: Vec<&str> = flags.chain(newer).collect();
    let wrong = |why: String| Err(EmbedError::file(&folder.path(&name), why));
    if config.get("include_prompt") == Some(&Value::Bool(false)) {
        return wrong("leaving the prompt out of the pooling is not supported".to_owned());
    }
    match modes[..] {
        // the square root of a text's length goes with the vector's own
        [] | ["mean_tokens" | "mean" | "mean_sqrt_len_tokens"] => Ok(Pooling::Mean),
        ["cls_token" | "cls"] => Ok(Pooling::First),
        ["max_tokens" | "max"] => Ok(Pooling::Max),
        _ => wrong(format!("pooling by {} is not supported", modes.join(" and "))),
    }
}

/// What the model's own settings say, else what is known of its name.
fn prefixes(folder: &mut Folder, name: &str) -> Result<Prefixes, EmbedError> {
    #[derive(Deserialize)]
    struct Prompts {
        #[serde(default)]
        prompts: BTreeMap<String, String>,
    }
    const FILE: &str = "config_sentence_transformers.json";
    let prompts: Option<Prompts> = folder.settings(FILE)?;
    let mut prompts = prompts.map(|prompts| prompts.prompts).unwrap_or_default();
    let mut take = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| prompts.remove(*name))
            .unwrap_or_default()
    };
    let said = Prefixes {
        query: take(&["query"]),
        passage: take(&["passage", "document", "corpus"]),
    };
    if said.query.len().max(said.passage.len()) > MAX_PREFIX {
        let why = format!("a prompt has more than {MAX_PREFIX} bytes");
        return Err(EmbedError::file(&folder.path(FILE), why));
    }
    Ok(if said == Prefixes::default() {
        Prefixes::by_name(name)
    } else {
        said
    })
}
