//! The words of a text, folded: what people do not bother to type, and what they type otherwise in a chat.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::language::{self, Language};
use super::{lexicon, thesaurus};

/// A longer word is no word of any language, and must not cost a search of the vocabulary.
const MAX_WORD: usize = 64;

/// The words of a text in lower case, without accents and other marks. A French elision is a word of its own.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in folded(text).split(|c: char| !c.is_alphanumeric() && c != '\'') {
        let word = word.trim_matches('\'');
        match word.split_once('\'') {
            Some((before, after)) if is_elided(before) && after.len() > 1 => {
                found.push(before.to_owned());
                found.push(shortened(after));
            }
            _ if word.is_empty() => {}
            _ if word.chars().any(is_ideograph) => found.extend(ideographs(word)),
            _ => found.push(shortened(word)),
        }
    }
    found
}

/// The words of a message: as [`words`], with what is typed in a hurry written out ("u", "pls", "heyyy", "dont").
pub(super) fn typed_words(text: &str) -> Vec<String> {
    let mut typed = Vec::new();
    for word in words(text) {
        let word = if is_stretched(&word) {
            squeezed(&word)
        } else {
            word
        };
        match CHAT.get(word.as_str()) {
            Some(written) => typed.extend(written.iter().map(|word| (*word).to_owned())),
            None => typed.push(word),
        }
    }
    typed
}

/// Whether a word occurs in the bot's own vocabularies, in any of its languages.
pub(super) fn is_common(word: &str) -> bool {
    COMMON.contains(word)
}

/// A word without the English genitive.
pub(super) fn bare(word: &str) -> &str {
    word.strip_suffix("'s").unwrap_or(word)
}

fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase) {
        match c {
            '\u{0300}'..='\u{036f}' | '\u{064b}'..='\u{065f}' | '\u{0670}' | '\u{0640}' => {}
            '\u{200b}'..='\u{200f}' | '\u{00ad}' | '\u{feff}' => {}
            '’' | '‘' | '`' | '´' | 'ʼ' => folded.push('\''),
            'ى' => folded.push('ي'),
            'ß' => folded.push_str("ss"),
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            other => folded.push(other),
        }
    }
    folded
}

fn shortened(word: &str) -> String {
    word.chars().take(MAX_WORD).collect()
}

fn is_elided(word: &str) -> bool {
    matches!(
        word,
        "l" | "d" | "j" | "m" | "t" | "s" | "n" | "c" | "qu" | "jusqu"
    )
}

/// Scripts that put no spaces between words: each sign counts as one.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

fn ideographs(word: &str) -> impl Iterator<Item = String> + '_ {
    word.chars()
        .take(MAX_WORD)
        .filter(|c| c.is_alphanumeric())
        .map(String::from)
}

/// Whether a letter stands three times in a row, which it does in no word but "www".
fn is_stretched(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let thrice = |run: &[char]| run.iter().all(|c| Some(c) == run.first() && c.is_alphabetic());
    letters.windows(3).any(thrice)
}

/// "helllo" is "hello" and "heyyy" is "hey": with its stretched letters doubled if there is such a word, else single.
fn squeezed(word: &str) -> String {
    let with = |times: usize| -> String {
        let letters: Vec<char> = word.chars().collect();
        letters
            .chunk_by(|a, b| a == b)
            .flat_map(|run| run.iter().take(if run.len() > 2 { times } else { 2 }))
            .collect()
    };
    let doubled = with(2);
    if is_common(&doubled) { doubled } else { with(1) }
}

static COMMON: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut common = HashSet::new();
    for language in Language::ALL {
        common.extend(language::stop_words(language.code()).iter().cloned());
        common.extend(lexicon::all_words(language));
        common.extend(thesaurus::all_words(language));
    }
    common
});

/// How words are typed in a chat, and as they are written.
static CHAT: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let pairs = CHAT_WORDS
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(typed, written)| (typed, written.split('+').collect()))
        .collect()
});

const CHAT_WORDS: &str = "u=you ur=your r=are yall=you plz=please pls=please plss=please plese=please thx=thanks \
    thanx=thanks tnx=thanks thnx=thanks thks=thanks tks=thanks tx=thanks ty=thank+you tysm=thank+you+so+much tyvm=thank+you+very+much \
    k=ok kk=ok okey=ok oki=ok okie=ok helo=hello hullo=hello ello=hello hii=hi hy=hi sup=what's+up wassup=what's+up cya=see+you \
    cu=see+you gn=good+night gm=good+morning np=no+problem wanna=want+to gonna=going+to gotta=got+to gimme=give+me lemme=let+me \
    dunno=don't+know cuz=because bc=because coz=because b4=before 2day=today 2moro=tomorrow tmrw=tomorrow tmr=tomorrow \
    wat=what wut=what wre=where hw=how abt=about w=with ive=i've id=i'd ill=i'll dont=don't \
    cant=can't wont=won't didnt=didn't doesnt=doesn't isnt=isn't wasnt=wasn't havent=haven't hasnt=hasn't couldnt=couldn't \
    wouldnt=wouldn't arent=aren't werent=weren't aint=isn't cannot=can't whats=what's wheres=where's hows=how's whos=who's \
    thats=that's its=it's theres=there's lets=let's acc=account acct=account pw=password pwd=password passwd=password pass=password \
    addr=address fb=facebook yt=youtube insta=instagram msg=message pic=picture pics=pictures asap=urgent dat=that \
    nich=nicht nix=nichts hab=habe isses=ist+es wieviel=wie+viel bidde=bitte svp=s'il+vous+plait stp=s'il+te+plait bjr=bonjour \
    slt=salut mrc=merci bcp=beaucoup cmt=comment tjrs=toujours xq=porque tb=tambien porfa=por+favor grax=gracias dnd=donde";

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Grüße, Çà ET là!", "grusse ca et la")]
    #[case("l'article d’occasion", "l article d occasion")]
    #[case("It's my brother's", "it's my brother's")]
    #[case("2FA and SO-10423", "2fa and so 10423")]
    #[case("أين الطَّلَب؟", "اين الطلب")]
    #[case("退货 ok", "退 货 ok")]
    fn words_are_folded(#[case] text: &str, #[case] folded: &str) {
        assert_eq!(words(text).join(" "), folded);
    }

    #[rstest]
    #[case("heyyy", "hey")]
    #[case("hellllo", "hello")]
    #[case("thank u sooo much", "thank you so much")]
    #[case("i cant pls help", "i can't please help")]
    #[case("zzz 1111", "z 1111")]
    fn what_is_typed_in_a_hurry_is_written_out(#[case] text: &str, #[case] written: &str) {
        assert_eq!(typed_words(text).join(" "), written);
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(words(&"ab".repeat(5_000))[0].chars().count(), MAX_WORD);
    }
}
