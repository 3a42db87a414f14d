//! The transformer encoder that BERT and (XLM-)RoBERTa share. They differ in where positions begin, and in nothing else that counts here.

use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::ops::softmax_last_dim;
use candle_nn::{Embedding, LayerNorm, Linear, Module, VarBuilder, embedding, layer_norm, linear};

/// The measures of an encoder.
#[derive(Clone, Debug)]
pub struct Shape {
    /// How many tokens it knows.
    pub vocabulary: usize,
    /// How many numbers stand for a token.
    pub hidden: usize,
    /// How many parts of them attend by themselves.
    pub heads: usize,
    /// How many layers there are.
    pub layers: usize,
    /// How many numbers stand for a token inside a layer.
    pub intermediate: usize,
    /// How many positions it knows.
    pub positions: usize,
    /// How many kinds of text it knows; a text alone is of the first.
    pub kinds: usize,
    /// The position of a text's first token.
    pub first_position: u32,
    /// The token that fills up.
    pub padding: u32,
    /// What stands between a layer's halves.
    pub activation: Activation,
    /// What keeps a norm from dividing by zero.
    pub epsilon: f64,
    /// What some files write before the names of the weights.
    pub prefix: &'static str,
}

/// The function between a layer's halves.
#[derive(Clone, Copy, Debug)]
pub enum Activation {
    /// GELU, by the error function.
    Gelu,
    /// GELU, by the hyperbolic tangent.
    GeluTanh,
    /// What is negative becomes zero.
    Relu,
}

impl Activation {
    /// The function that `config.json` names.
    pub fn named(name: &str) -> std::result::Result<Self, String> {
        match name {
            "gelu" => Ok(Self::Gelu),
            "gelu_new" | "gelu_fast" | "gelu_pytorch_tanh" => Ok(Self::GeluTanh),
            "relu" => Ok(Self::Relu),
            other => Err(format!("the activation {other:?} is not supported")),
        }
    }

    fn apply(self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Gelu => x.gelu_erf(),
            Self::GeluTanh => x.gelu(),
            Self::Relu => x.relu(),
        }
    }
}

/// The weights, as `model.safetensors` has them.
pub struct Encoder {
    shape: Shape,
    words: Embedding,
    positions: Embedding,
    /// The numbers that say: the first kind of text.
    kind: Tensor,
    norm: LayerNorm,
    layers: Vec<Layer>,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: LayerNorm,
    wide: Linear,
    narrow: Linear,
    narrow_norm: LayerNorm,
}

impl Encoder {
    /// Takes the weights out of a file's content. Each must be there and be as large as `shape` says.
    pub fn load(content: Vec<u8>, shape: Shape) -> Result<Self> {
        let weights = VarBuilder::from_buffered_safetensors(content, DType::F32, &Device::Cpu)?;
        let bare = weights.contains_tensor("embeddings.word_embeddings.weight");
        let weights = if bare { weights } else { weights.pp(shape.prefix) };
        let inputs = weights.pp("embeddings");
        let hidden = shape.hidden;
        let kinds = embedding(shape.kinds, hidden, inputs.pp("token_type_embeddings"))?;
        let layers = weights.pp("encoder").pp("layer");
        Ok(Self {
            words: embedding(shape.vocabulary, hidden, inputs.pp("word_embeddings"))?,
            positions: embedding(shape.positions, hidden, inputs.pp("position_embeddings"))?,
            kind: kinds.embeddings().get(0)?,
            norm: layer_norm(hidden, shape.epsilon, inputs.pp("LayerNorm"))?,
            layers: (0..shape.layers)
                .map(|number| Layer::load(&layers.pp(number), &shape))
                .collect::<Result<_>>()?,
            shape,
        })
    }

    /// The measures that it was loaded with.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The vectors of the texts' tokens, one after the other: for each text as many as the longest has tokens. Those behind a text's
    /// own tokens mean nothing, and no other depends on them.
    pub fn encode(&self, texts: &[&[u32]]) -> Result<Vec<f32>> {
        let longest = texts.iter().map(|tokens| tokens.len()).max().unwrap_or(0);
        let mut states = self.inputs(texts, longest)?;
        let hidden_padding = hidden_padding(texts, longest)?;
        for layer in &self.layers {
            states = layer.forward(&states, hidden_padding.as_ref(), &self.shape)?;
        }
        states.flatten_all()?.to_vec1()
    }

    /// What each token is, and where it stands.
    fn inputs(&self, texts: &[&[u32]], longest: usize) -> Result<Tensor> {
        let padding = self.shape.padding;
        let padded = texts.iter().flat_map(|tokens| {
            let tokens = tokens.iter().copied();
            tokens.chain(std::iter::repeat(padding)).take(longest)
        });
        let tokens = Tensor::from_iter(padded, &Device::Cpu)?.reshape((texts.len(), longest))?;
        let places = (self.shape.first_position..).take(longest);
        let places = self
            .positions
            .forward(&Tensor::from_iter(places, &Device::Cpu)?)?;
        let places = places.broadcast_add(&self.kind)?;
        let states = self.words.forward(&tokens)?.broadcast_add(&places)?;
        self.norm.forward(&states)
    }
}

/// What is added to the scores of tokens, so that nobody attends to those that only fill up; `None` where there are none.
fn hidden_padding(texts: &[&[u32]], longest: usize) -> Result<Option<Tensor>> {
    if texts.iter().all(|tokens| tokens.len() == longest) {
        return Ok(None);
    }
    let scores = texts.iter().flat_map(|tokens| {
        let length = tokens.len();
        (0..longest).map(move |place| if place < length { 0.0 } else { f32::NEG_INFINITY })
    });
    let scores = Tensor::from_iter(scores, &Device::Cpu)?;
    scores.reshape((texts.len(), 1, 1, longest)).map(Some)
}

impl Layer {
    fn load(weights: &VarBuilder<'_>, shape: &Shape) -> Result<Self> {
        let (hidden, wide) = (shape.hidden, shape.intermediate);
        let attention = weights.pp("attention");
        let norm = |weights: VarBuilder<'_>| layer_norm(hidden, shape.epsilon, weights.pp("LayerNorm"));
        let own = |name: &str| linear(hidden, hidden, attention.pp("self").pp(name));
        Ok(Self {
            query: own("query")?,
            key: own("key")?,
            value: own("value")?,
            attended: linear(hidden, hidden, attention.pp("output").pp("dense"))?,
            attended_norm: norm(attention.pp("output"))?,
            wide: linear(hidden, wide, weights.pp("intermediate").pp("dense"))?,
            narrow: linear(wide, hidden, weights.pp("output").pp("dense"))?,
            narrow_norm: norm(weights.pp("output"))?,
        })
    }

    fn forward(&self, states: &Tensor, hidden_padding: Option<&Tensor>, shape: &Shape) -> Result<Tensor> {
        let context = self.attend(states, hidden_padding, shape.heads)?;
        let attended = self.attended.forward(&context)?;
        let states = self.attended_norm.forward(&(attended + states)?)?;
        let wide = shape.activation.apply(&self.wide.forward(&states)?)?;
        let narrow = self.narrow.forward(&wide)?;
        self.narrow_norm.forward(&(narrow + states)?)
    }

    /// What each token takes from the others.
    fn attend(&self, states: &Tensor, hidden_padding: Option<&Tensor>, heads: usize) -> Result<Tensor> {
        let (texts, tokens, hidden) = states.dims3()?;
        let by_head = |x: Tensor| {
            let x = x.reshape((texts, tokens, heads, hidden / heads))?;
            x.transpose(1, 2)?.contiguous()
        };
        #[allow(clippy::cast_precision_loss, reason = "no more than 8192")]
        let scale = 1.0 / ((hidden / heads) as f64).sqrt();
        let query = by_head((self.query.forward(states)? * scale)?)?;
        let key = by_head(self.key.forward(states)?)?;
        let value = by_head(self.value.forward(states)?)?;
        let scores = query.matmul(&key.transpose(D::Minus2, D::Minus1)?)?;
        let scores = match hidden_padding {
            Some(hidden_padding) => scores.broadcast_add(hidden_padding)?,
            None => scores,
        };
        let context = softmax_last_dim(&scores)?.matmul(&value)?;
        context
            .transpose(1, 2)?
            .contiguous()?
            .reshape((texts, tokens, hidden))
    }
}
