//! The words and phrases by which intents are recognised, in the languages that the bot speaks.
//!
//! Entries are compared with whole words after [`words`] has folded them, so "hi" never matches inside
//! "shipping".

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::intents::Intent;
use super::language::Language;

/// What the words of one language mean. Phrases are separated by `|`, single words by spaces.
struct Vocabulary {
    language: Language,
    greeting: &'static str,
    thanks: &'static str,
    /// Beginnings of a sentence that is about nothing but thanks.
    thanks_for: &'static str,
    goodbye: &'static str,
    acknowledge: &'static str,
    help: &'static str,
    identity: &'static str,
    /// Phrases that ask for a person only when they are the whole message.
    human: &'static str,
    /// Asking for a person inside a longer message is an unbroken run of these five: one that has a contact
    /// word and anybody, or a verb of wanting and a person ("I need someone to sign" asks for nobody).
    contact: &'static str,
    wish: &'static str,
    person: &'static str,
    somebody: &'static str,
    between: &'static str,
    /// Words before such a run that turn it into its opposite.
    negation: &'static str,
    yes: &'static str,
    /// Words that add nothing to a greeting, thanks or the like.
    filler: &'static str,
    /// Further words that say nothing about the subject of a question.
    noise: &'static str,
}

const VOCABULARIES: [Vocabulary; 5] = [
    Vocabulary {
        language: Language::English,
        greeting: "hi|hello|hey|hiya|howdy|greetings|hi there|hello there|hey there|good morning|good afternoon|good evening|good day|how are you|how are you doing|how is it going|what's up",
        thanks: "thanks|thank you|thx|ty|cheers|many thanks|thanks a lot|thanks so much|thank you so much|thank you very much|much appreciated|i appreciate it|no thanks|no thank you",
        thanks_for: "thanks for|thank you for|thanks that|thank you that",
        goodbye: "bye|bye bye|goodbye|good bye|see you|see you later|see ya|take care|good night|have a nice day|have a good day|farewell",
        acknowledge: "ok|okay|alright|great|perfect|cool|nice|got it|i see|understood|sounds good|that worked|that helped|no|nope|yes|yeah|yep|sure",
        help: "help|help me|i need help|i need some help|can you help|can you help me|could you help me|please help|what can you do|what can i ask|what can i ask you|how does this work|what do you do|menu",
        identity: "are you a bot|are you a bot or a human|are you a bot or a person|are you a human or a bot|am i talking to a bot or a human|am i talking to a human or a bot|are you a robot|are you human|are you a human|are you a person|are you a real person|are you real|are you an ai|is this a bot|who are you|what are you|am i talking to a bot|am i talking to a human|am i talking to a person|am i talking to a real person|am i talking to a robot",
        human: "human|agent|representative|operator|person|real person|real human|live agent|live chat|human please|a human|a person|an agent|human agent|support agent|talk to support|speak to support",
        contact: "talk speak chat connect transfer switch reach",
        wish: "need want prefer get",
        person: "person human agent representative rep operator advisor adviser",
        somebody: "someone somebody colleague staff manager supervisor people",
        between: "to with me through a an the your one of some any real live actual human support customer service please directly",
        negation: "not don't dont never without",
        yes: "yes|yes please|yeah|yep|sure|please do|please|ok|okay|of course|go ahead|do it|yes do it",
        filler: "there bot team everyone everybody all folks please so very much you again sir madam guys assistant well and just now too friend dear world support a lot for your help to my day today then bro",
        noise: "hi hello hey thanks thank please help need want would could like get tell know question ask wondering wonder explain show give find information info about regarding really also still already maybe sorry anyone dear team sir madam hasn haven didn don doesn isn won cannot time",
    },
    Vocabulary {
        language: Language::German,
        greeting: "hallo|guten tag|guten morgen|guten abend|grüß gott|gruess gott|grüss gott|grüezi|servus|moin|moin moin|tag|hallöchen|schönen guten tag|hi|hey|wie geht's|wie geht es dir|wie geht es ihnen",
        thanks: "danke|danke schön|dankeschön|danke sehr|vielen dank|vielen lieben dank|herzlichen dank|besten dank|nein danke",
        thanks_for: "danke für|vielen dank für|danke das",
        goodbye: "tschüss|tschüß|tschuess|auf wiedersehen|ciao|bis bald|bis später|bis dann|schönen tag noch|gute nacht|ade",
        acknowledge: "ok|okay|gut|super|prima|alles klar|verstanden|in ordnung|perfekt|ja|nein",
        help: "hilfe|hilf mir|ich brauche hilfe|kannst du mir helfen|können sie mir helfen|was kannst du|was können sie|was kann ich fragen",
        identity: "bist du ein bot|sind sie ein bot|bist du ein mensch|sind sie ein mensch|bist du echt|wer bist du|wer sind sie|bist du ein roboter",
        human: "mensch|mitarbeiter|mitarbeiterin|berater|echter mensch|ein mensch|ein mitarbeiter",
        contact: "sprechen reden chatten verbinden verbinde spreche weiterleiten",
        wish: "brauche will möchte",
        person: "mensch menschen mitarbeiter mitarbeiterin berater beraterin agenten",
        somebody: "person jemand jemandem jemanden kollegen kollegin",
        between: "mit mir mich einem einer einen eine ein dem der den echten richtigen vom zu ich bitte gerne lieber kundenservice support sie du direkt",
        negation: "nicht kein keinen keine keinem ohne",
        yes: "ja|ja bitte|ja gerne|gerne|bitte|klar|natürlich|ok|okay",
        filler: "zusammen team bitte sehr euch ihnen dir alle noch und na liebes für die ihre deine hilfe mal bot",
        noise: "hallo danke bitte hilfe helfen brauche braucht möchte mochte gerne frage wissen kannst konnen sagen zeigen geben gibt mal noch schon immer leider",
    },
    Vocabulary {
        language: Language::French,
        greeting: "bonjour|bonsoir|salut|coucou|bonjour à tous|ça va|comment ça va|comment allez-vous",
        thanks: "merci|merci beaucoup|merci bien|mille mercis|un grand merci|je vous remercie|non merci",
        thanks_for: "merci pour|merci de",
        goodbye: "au revoir|à bientôt|à plus tard|à plus|bonne journée|bonne soirée|bonne nuit|adieu",
        acknowledge: "d'accord|parfait|très bien|super|compris|ok|oui|non",
        help: "aide|à l'aide|aidez-moi|j'ai besoin d'aide|pouvez-vous m'aider|peux-tu m'aider|que pouvez-vous faire|que sais-tu faire",
        identity: "êtes-vous un robot|es-tu un robot|êtes-vous humain|êtes-vous un humain|es-tu humain|qui êtes-vous|qui es-tu|êtes-vous une vraie personne",
        human: "humain|conseiller|conseillère|un humain|un conseiller|une personne|une vraie personne",
        contact: "parler discuter joindre parle",
        wish: "veux voudrais souhaite besoin",
        person: "humain conseiller conseillère agent opérateur représentant",
        somebody: "personne quelqu'un responsable",
        between: "à a avec un une d'un d'une le la au vrai vraie réel réelle je du service client s'il vous plaît plait",
        negation: "pas ne sans jamais",
        yes: "oui|oui s'il vous plaît|oui merci|volontiers|bien sûr|d'accord|ok",
        filler: "à tous toute l'équipe beaucoup bien vous votre aide encore et monsieur madame pour s'il plaît plait te",
        noise: "bonjour merci aide aider besoin voudrais veux puis peux pouvez question savoir faire dire comment est-ce peut svp plait plaît",
    },
    Vocabulary {
        language: Language::Spanish,
        greeting: "hola|buenos días|buenos dias|buenas tardes|buenas noches|buenas|buen día|qué tal|que tal|cómo estás|como estas|cómo está usted",
        thanks: "gracias|muchas gracias|mil gracias|muchísimas gracias|te lo agradezco|no gracias",
        thanks_for: "gracias por|muchas gracias por",
        goodbye: "adiós|adios|hasta luego|hasta pronto|hasta mañana|nos vemos|chao|chau|que tenga un buen día",
        acknowledge: "vale|de acuerdo|perfecto|entendido|muy bien|genial|claro|ok|sí|si|no",
        help: "ayuda|ayúdame|ayudame|necesito ayuda|puedes ayudarme|me puedes ayudar|puede ayudarme|qué puedes hacer|que puedes hacer",
        identity: "eres un bot|eres un robot|es usted un robot|eres humano|eres humana|eres una persona|eres una persona real|quién eres|quien eres",
        human: "humano|agente|persona|una persona|un agente|un humano|representante|operador",
        contact: "hablar hablo chatear comunicarme conectar",
        wish: "quiero necesito",
        person: "humano agente representante operador asesor asesora",
        somebody: "persona alguien encargado responsable",
        between: "con a un una el la de real verdadera verdadero favor por servicio cliente quisiera",
        negation: "no sin nunca",
        yes: "sí|si|sí por favor|si por favor|claro|por supuesto|vale|de acuerdo|ok",
        filler: "a todos todas equipo por favor su tu ayuda y señor señora muy amable usted",
        noise: "hola gracias ayuda ayudar necesito quiero quisiera puedo puede puedes pregunta saber hacer decir favor cómo dónde cuándo",
    },
    Vocabulary {
        language: Language::Arabic,
        greeting: "مرحبا|مرحبًا|أهلا|أهلا وسهلا|اهلين|السلام عليكم|سلام|صباح الخير|مساء الخير|هلا|هاي|كيف حالك",
        thanks: "شكرا|شكرا لك|شكرا لكم|شكرا جزيلا|شكرا كثيرا|ألف شكر|مشكور|لا شكرا",
        thanks_for: "شكرا على|شكرا ل",
        goodbye: "مع السلامة|وداعا|إلى اللقاء|باي|تصبح على خير|في أمان الله",
        acknowledge: "حسنا|تمام|ممتاز|فهمت|طيب|نعم|لا|أوكي",
        help: "مساعدة|المساعدة|ساعدني|أحتاج مساعدة|أحتاج إلى مساعدة|هل يمكنك مساعدتي|ماذا يمكنك أن تفعل",
        identity: "هل أنت روبوت|هل أنت إنسان|هل أنت بشر|من أنت|هل أنت شخص حقيقي",
        human: "موظف|شخص|إنسان|شخص حقيقي|ممثل|مندوب",
        contact: "التحدث أتحدث اتكلم التكلم الحديث أكلم تحويلي حولني تواصل التواصل",
        wish: "أريد أحتاج",
        person: "إنسان موظف ممثل مندوب وكيل بشري",
        somebody: "شخص أحد مسؤول",
        between: "مع إلى من حقيقي خدمة العملاء أن أحد فضلك الى",
        negation: "لا لن بدون ليس",
        yes: "نعم|أجل|نعم من فضلك|طبعا|تمام|حسنا|أكيد",
        filler: "جميعا لكم لك جدا من فضلك و يا فريق وبركاته ورحمة الله على مساعدتك مساعدتكم",
        noise: "مرحبا شكرا مساعدة المساعدة اريد احتاج فضلك سؤال كيف اين متى كم هل يمكنني استطيع",
    },
];

/// A phrase with what it means.
pub(super) struct Phrase {
    pub(super) words: Vec<String>,
    pub(super) intent: Intent,
    pub(super) language: Language,
    /// Everything after it in the sentence belongs to it.
    pub(super) open_ended: bool,
}

/// The words by which a longer sentence is seen to ask for a person.
pub(super) struct HumanWords {
    pub(super) language: Language,
    pub(super) contact: HashSet<String>,
    pub(super) wish: HashSet<String>,
    pub(super) person: HashSet<String>,
    pub(super) somebody: HashSet<String>,
    pub(super) between: HashSet<String>,
    pub(super) negation: HashSet<String>,
}

/// All phrases by their first word, the longest first.
pub(super) static PHRASES: LazyLock<HashMap<String, Vec<Phrase>>> = LazyLock::new(|| {
    let mut by_first: HashMap<String, Vec<Phrase>> = HashMap::new();
    for v in &VOCABULARIES {
        for (list, intent, open_ended) in [
            (v.identity, Intent::Identity, false),
            (v.help, Intent::Help, false),
            (v.greeting, Intent::Greeting, false),
            (v.thanks_for, Intent::Thanks, true),
            (v.thanks, Intent::Thanks, false),
            (v.goodbye, Intent::Goodbye, false),
            (v.acknowledge, Intent::Acknowledge, false),
            (v.human, Intent::Human, false),
        ] {
            for phrase in list.split('|').map(words) {
                if let Some(first) = phrase.first().cloned() {
                    by_first.entry(first).or_default().push(Phrase {
                        words: phrase,
                        intent,
                        language: v.language,
                        open_ended,
                    });
                }
            }
        }
    }
    for phrases in by_first.values_mut() {
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
    }
    by_first
});

/// The words that ask for a person, by language.
pub(super) static HUMAN_WORDS: LazyLock<Vec<HumanWords>> = LazyLock::new(|| {
    let set = |list| words(list).into_iter().collect();
    VOCABULARIES
        .iter()
        .map(|v| HumanWords {
            language: v.language,
            contact: set(v.contact),
            wish: set(v.wish),
            person: set(v.person),
            somebody: set(v.somebody),
            between: set(v.between),
            negation: set(v.negation),
        })
        .collect()
});

static BUT: LazyLock<HashSet<String>> =
    LazyLock::new(|| words("but however aber mais pero لكن ولكن").into_iter().collect());

static FILLERS: LazyLock<HashSet<String>> =
    LazyLock::new(|| VOCABULARIES.iter().flat_map(|v| words(v.filler)).collect());

static YES: LazyLock<HashSet<Vec<String>>> = LazyLock::new(|| {
    VOCABULARIES
        .iter()
        .flat_map(|v| v.yes.split('|'))
        .map(words)
        .collect()
});

/// Folded as the search folds its words, because that is where it is used.
static NOISE: LazyLock<HashSet<String>> = LazyLock::new(|| {
    VOCABULARIES
        .iter()
        .flat_map(|v| v.language.content_words(v.noise))
        .collect()
});

/// Whether a word turns thanks into something else.
pub(super) fn is_but(word: &str) -> bool {
    BUT.contains(word)
}

/// Whether a word adds nothing to a greeting, thanks or the like.
pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.contains(word)
}

/// Whether the words are consent and nothing else.
pub(super) fn is_yes(words: &[String]) -> bool {
    YES.contains(words)
}

/// Whether a word of a search says nothing about its subject.
pub(super) fn is_noise(word: &str) -> bool {
    NOISE.contains(word)
}

/// The words of a text in lower case, with the differences folded that people do not bother to type.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !matches!(c, '\u{0300}'..='\u{036f}' | '\u{064b}'..='\u{0652}' | '\u{0640}'))
        .map(|c| match c {
            '’' | '‘' | '`' => '\'',
            'أ' | 'إ' | 'آ' => 'ا',
            'ى' => 'ي',
            other => other,
        })
        .collect();
    folded
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .map(|word| word.trim_matches('\''))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
