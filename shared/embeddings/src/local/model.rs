//! From a text to its tokens, through the encoder, to its vector.

use std::path::Path;

use tokenizers::{Tokenizer, TruncationParams};

use super::encoder::Encoder;
use super::files::Folder;
use super::recipe::{Pooling, Recipe};
use crate::vectors::normalise;
use crate::{EmbedError, Input, Prefixes};

/// What `tokenizer.json` may have; XLM-R's, with 250,000 tokens, has 17 MB.
const MAX_TOKENIZER: u64 = 64_000_000;
/// No token of a language is that long. What of a text lies beyond is cut before it is looked at.
const MAX_CHARS_OF_A_TOKEN: usize = 32;
/// How many tokens the encoder sees at a time, with those that fill up: what it computes with them takes some 100 MB.
const MAX_TOKENS_AT_ONCE: usize = 4_096;
/// Changes when the same files give other vectors than before.
const VERSION: &[u8] = b"1";

/// A model that was read.
pub struct Model {
    tokenizer: Tokenizer,
    encoder: Encoder,
    max_tokens: usize,
    pooling: Pooling,
    prefixes: Prefixes,
    id: String,
}

impl Model {
    /// Reads the files of a folder.
    pub fn open(folder: &Path, max_bytes: u64) -> Result<Self, EmbedError> {
        let mut folder = Folder::new(folder);
        let recipe = Recipe::read(&mut folder)?;
        let Prefixes { query, passage } = &recipe.prefixes;
        // the folder's name may have decided about these
        for what in [VERSION, query.as_bytes(), passage.as_bytes()] {
            folder.note(what);
        }
        let tokenizer = tokenizer(&mut folder, &recipe)?;
        let name = format!("{}model.safetensors", recipe.inside);
        let content = folder.need(&name, max_bytes)?;
        let encoder = Encoder::load(content, recipe.shape);
        let encoder = encoder.map_err(|error| EmbedError::file(&folder.path(&name), error))?;
        Ok(Self {
            tokenizer,
            encoder,
            max_tokens: recipe.max_tokens,
            pooling: recipe.pooling,
            prefixes: recipe.prefixes,
            id: format!("sha256:{}", folder.digest()),
        })
    }

    /// A digest of all that was read, and of what was made of it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How many numbers a vector has.
    pub fn dimensions(&self) -> usize {
        self.encoder.shape().hidden
    }

    /// The texts' vectors. Computes on the thread that calls, and on those of its pool.
    pub fn embed(&self, texts: &[String], of: Input) -> Result<Vec<Vec<f32>>, EmbedError> {
        let tokens: Vec<Vec<u32>> = texts
            .iter()
            .map(|text| self.tokens(text, of))
            .collect::<Result<_, _>>()?;
        let mut vectors = vec![Vec::new(); texts.len()];
        for group in groups(&tokens) {
            let together: Vec<&[u32]> = group
                .iter()
                .filter_map(|place| tokens.get(*place))
                .map(Vec::as_slice)
                .collect();
            for (place, vector) in group.iter().zip(self.vectors(&together)?) {
                if let Some(free) = vectors.get_mut(*place) {
                    *free = vector;
                }
            }
        }
        Ok(vectors)
    }

    fn tokens(&self, text: &str, of: Input) -> Result<Vec<u32>, EmbedError> {
        let text = self
            .prefixes
            .put_before(text, of, self.max_tokens * MAX_CHARS_OF_A_TOKEN);
        let encoding = self.tokenizer.encode_fast(text, true);
        let encoding = encoding.map_err(|error| EmbedError::Model(error.to_string()))?;
        let mut tokens = encoding.get_ids().to_vec();
        let shape = self.encoder.shape();
        if tokens.len() > self.max_tokens || tokens.iter().any(|token| *token as usize >= shape.vocabulary) {
            return Err(EmbedError::Model(
                "its tokenizer gives tokens that it does not know".to_owned(),
            ));
        }
        if tokens.is_empty() {
            tokens.push(shape.padding);
        }
        Ok(tokens)
    }

    fn vectors(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let states = self
            .encoder
            .encode(texts)
            .map_err(|error| EmbedError::Model(error.to_string()))?;
        let hidden = self.dimensions();
        let longest = texts.iter().map(|tokens| tokens.len()).max().unwrap_or(0);
        let each = states.chunks_exact((longest * hidden).max(1)).zip(texts);
        let pooled = each.map(|(states, tokens)| {
            let mut vector = pool(
                states.chunks_exact(hidden).take(tokens.len()),
                self.pooling,
                hidden,
            );
            normalise(&mut vector).map(|()| vector)
        });
        pooled.collect()
    }
}

/// The tokenizer, set to cut at what the model reads. It pads nothing: that is done for those that are computed together.
fn tokenizer(folder: &mut Folder, recipe: &Recipe) -> Result<Tokenizer, EmbedError> {
    let name = format!("{}tokenizer.json", recipe.inside);
    let content = folder.need(&name, MAX_TOKENIZER)?;
    let wrong = |why: String| EmbedError::file(&folder.path(&name), why);
    let mut tokenizer = Tokenizer::from_bytes(content).map_err(|error| wrong(error.to_string()))?;
    let known = recipe.shape.vocabulary;
    let last = tokenizer.get_vocab(true).into_values().max();
    match last {
        Some(last) if (last as usize) < known => {}
        Some(last) => {
            return Err(wrong(format!(
                "has a token {last}, but config.json's vocab_size is {known}"
            )));
        }
        None => return Err(wrong("has no tokens".to_owned())),
    }
    tokenizer.with_padding(None);
    let truncation = TruncationParams {
        max_length: recipe.max_tokens,
        ..TruncationParams::default()
    };
    let cuts = tokenizer.with_truncation(Some(truncation)).map(|_| ());
    cuts.map_err(|error| wrong(error.to_string()))?;
    Ok(tokenizer)
}

/// Which texts to compute together: those of about the same length, so that little is filled up.
fn groups(tokens: &[Vec<u32>]) -> Vec<Vec<usize>> {
    let length = |place: usize| tokens.get(place).map_or(0, Vec::len);
    let mut places: Vec<usize> = (0..tokens.len()).collect();
    places.sort_by_key(|place| length(*place));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for place in places {
        // it is the longest so far, so all of its group would be as long
        let longest = length(place);
        let joins = |group: &Vec<usize>| {
            let shortest = group.first().map_or(0, |first| length(*first));
            longest <= shortest + shortest / 4 + 8 && (group.len() + 1) * longest <= MAX_TOKENS_AT_ONCE
        };
        match groups.last_mut() {
            Some(group) if joins(group) => group.push(place),
            _ => groups.push(vec![place]),
        }
    }
    groups
}

/// One vector of those of a text's tokens.
fn pool<'a>(
    mut tokens: impl ExactSizeIterator<Item = &'a [f32]>,
    pooling: Pooling,
    hidden: usize,
) -> Vec<f32> {
    let count = tokens.len();
    let mut vector = tokens.next().map_or_else(|| vec![0.0; hidden], <[f32]>::to_vec);
    let together: fn(f32, f32) -> f32 = match pooling {
        Pooling::First => return vector,
        Pooling::Mean => |a, b| a + b,
        Pooling::Max => f32::max,
    };
    for token in tokens {
        for (number, other) in vector.iter_mut().zip(token) {
            *number = together(*number, *other);
        }
    }
    if pooling == Pooling::Mean {
        #[allow(clippy::cast_precision_loss, reason = "no more than 512")]
        let count = count.max(1) as f32;
        vector.iter_mut().for_each(|number| *number /= count);
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_computed_with_those_of_their_length_and_never_too_many() {
        let tokens: Vec<Vec<u32>> = [512, 3, 512, 4, 500].map(|length| vec![0; length]).to_vec();
        assert_eq!(groups(&tokens), [vec![1, 3], vec![4, 0, 2]]);
        let many = vec![vec![0; 512]; 20];
        let sizes: Vec<usize> = groups(&many).iter().map(Vec::len).collect();
        assert_eq!(sizes, [8, 8, 4]);
        assert!(groups(&[]).is_empty());
    }

    #[test]
    fn tokens_become_one_vector_as_the_model_says() {
        let tokens: [&[f32]; 3] = [&[1.0, 4.0], &[2.0, -1.0], &[6.0, 0.0]];
        let of = |pooling| pool(tokens.into_iter(), pooling, 2);
        assert_eq!(of(Pooling::Mean), [3.0, 1.0]);
        assert_eq!(of(Pooling::First), [1.0, 4.0]);
        assert_eq!(of(Pooling::Max), [6.0, 4.0]);
    }
}
