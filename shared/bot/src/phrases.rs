//! The bot's own sentences, in every language that it replies in.

use super::language::Language;

/// What the bot says about anything but the articles.
pub(super) struct Phrases {
    /// Put before an answer to a message that opens with a greeting.
    pub(super) hello: &'static str,
    /// Who is speaking, after the hello.
    pub(super) welcome: &'static str,
    pub(super) thanks: &'static str,
    pub(super) goodbye: &'static str,
    pub(super) acknowledge: &'static str,
    pub(super) identity: &'static str,
    /// Honest about what happens now; promises neither a time nor an answer.
    pub(super) handoff: &'static str,
    /// Introduces the list of topics.
    pub(super) help: &'static str,
    pub(super) unclear: &'static str,
    pub(super) unknown: &'static str,
    /// Asks whether the user wants a person; a "yes" to it asks for one.
    pub(super) offer: &'static str,
    /// Where there are no articles at all.
    pub(super) no_articles: &'static str,
    /// Introduces the titles that may be meant.
    pub(super) did_you_mean: &'static str,
    /// To somebody who is angry.
    pub(super) sorry: &'static str,
    /// Introduces a passage that exists only in another language, by the order of [`Language::ALL`].
    pub(super) only_in: [&'static str; 5],
    /// The same for a language that the bot does not speak.
    pub(super) only_in_another: &'static str,
    /// What can be asked about, in the order of the five quick prompts.
    pub(super) topics: [&'static str; 5],
    /// A prompt that asks for a person.
    pub(super) ask_for_person: &'static str,
    /// What an agent can send as it is where the articles say nothing; promises nothing but that somebody looks.
    pub(super) draft: &'static str,
    pub(super) extract: Extract,
}

/// What stands around the quotes of an extract, for an agent.
pub(super) struct Extract {
    /// That it is no more than one.
    pub(super) introduction: &'static str,
    /// How many messages there are, where that is one.
    pub(super) one: &'static str,
    /// The same for every other number, which takes the place of `{}`.
    pub(super) many: &'static str,
    /// Where there are none.
    pub(super) nothing: &'static str,
    /// Before the customer's first message.
    pub(super) began: &'static str,
    /// Before the customer's newest message.
    pub(super) newest: &'static str,
    /// Before the agents' newest answer.
    pub(super) answered: &'static str,
    /// Where there is none.
    pub(super) unanswered: &'static str,
}

impl Phrases {
    /// What introduces a passage in the language of this code.
    pub(super) fn only_in(&self, code: &str) -> &'static str {
        let spoken = Language::from_locale(code);
        let place = Language::ALL
            .into_iter()
            .position(|language| Some(language) == spoken);
        place
            .and_then(|place| self.only_in.get(place))
            .copied()
            .unwrap_or(self.only_in_another)
    }

    /// The sentences in `language`.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
            Language::French => &FRENCH,
            Language::Spanish => &SPANISH,
            Language::Arabic => &ARABIC,
        }
    }
}

static ENGLISH: Phrases = Phrases {
    hello: "Hello!",
    welcome: "I am the CRM support assistant, an automated helper. What can I do for you?",
    thanks: "You're welcome! Is there anything else I can help with?",
    goodbye: "Goodbye! Write again whenever you need something.",
    acknowledge: "All right. If there is anything else, just ask.",
    identity: "I am an automated assistant, not a person. I answer from our help articles, and I can ask a person to join if you prefer.",
    handoff: "I have asked a person to join this conversation. I do not know how soon somebody will be free. Until an agent takes over I keep answering here; after that I keep quiet.",
    help: "I can answer questions from our help articles, for example about:",
    unclear: "I could not find a question in that message. I can help, for example, with:",
    unknown: "I'm sorry, I don't know. I did not find an answer to that in our help articles.",
    offer: "Would you like me to ask a person to join?",
    no_articles: "I have no help articles to answer from yet.",
    did_you_mean: "I am not sure what you are looking for. Did you mean one of these?",
    sorry: "I am sorry about that.",
    only_in: [
        "This help article is in English:",
        "This help article exists only in German:",
        "This help article exists only in French:",
        "This help article exists only in Spanish:",
        "This help article exists only in Arabic:",
    ],
    only_in_another: "This help article exists only in another language:",
    topics: [
        "Product Search",
        "Order Status",
        "Delivery Tracking",
        "Account Help",
        "General Support",
    ],
    ask_for_person: "Talk to a person",
    draft: "Thank you for your message. We are looking into it and will come back to you here as soon as we know more. If there is anything else that could help us, such as what you tried or what you saw on the screen, please add it.",
    extract: Extract {
        introduction: "An extract, not a summary",
        one: "1 message",
        many: "{} messages",
        nothing: "Nothing has been written yet.",
        began: "The customer began with:",
        newest: "The customer's newest message:",
        answered: "The newest answer by an agent:",
        unanswered: "No agent has answered yet.",
    },
};

static GERMAN: Phrases = Phrases {
    hello: "Hallo!",
    welcome: "Ich bin der CRM-Support-Assistent, ein automatischer Helfer. Was kann ich für Sie tun?",
    thanks: "Gern geschehen! Kann ich sonst noch etwas für Sie tun?",
    goodbye: "Auf Wiedersehen! Schreiben Sie einfach wieder, wenn Sie etwas brauchen.",
    acknowledge: "Alles klar. Wenn noch etwas ist, fragen Sie einfach.",
    identity: "Ich bin ein automatischer Assistent, kein Mensch. Ich antworte aus unseren Hilfeartikeln und kann auf Wunsch einen Menschen dazubitten.",
    handoff: "Ich habe einen Menschen gebeten, in diese Unterhaltung zu kommen. Wie bald jemand frei ist, weiß ich nicht. Bis jemand übernimmt, antworte ich hier weiter; danach bin ich still.",
    help: "Ich beantworte Fragen aus unseren Hilfeartikeln, zum Beispiel zu:",
    unclear: "Ich konnte in dieser Nachricht keine Frage finden. Helfen kann ich zum Beispiel bei:",
    unknown: "Das weiß ich leider nicht. In unseren Hilfeartikeln habe ich keine Antwort darauf gefunden.",
    offer: "Soll ich einen Menschen dazubitten?",
    no_articles: "Ich habe noch keine Hilfeartikel, aus denen ich antworten könnte.",
    did_you_mean: "Ich bin nicht sicher, was Sie suchen. Meinen Sie eines davon?",
    sorry: "Das tut mir leid.",
    only_in: [
        "Diesen Hilfeartikel gibt es nur auf Englisch:",
        "Dieser Hilfeartikel ist auf Deutsch:",
        "Diesen Hilfeartikel gibt es nur auf Französisch:",
        "Diesen Hilfeartikel gibt es nur auf Spanisch:",
        "Diesen Hilfeartikel gibt es nur auf Arabisch:",
    ],
    only_in_another: "Diesen Hilfeartikel gibt es nur in einer anderen Sprache:",
    topics: [
        "Produktsuche",
        "Bestellstatus",
        "Sendungsverfolgung",
        "Hilfe zum Konto",
        "Allgemeiner Support",
    ],
    ask_for_person: "Mit einem Menschen sprechen",
    draft: "Vielen Dank für Ihre Nachricht. Wir sehen uns das an und melden uns hier, sobald wir mehr wissen. Wenn es noch etwas gibt, das uns hilft, etwa was Sie versucht haben oder was Sie auf dem Bildschirm gesehen haben, schreiben Sie es gern dazu.",
    extract: Extract {
        introduction: "Ein Auszug, keine Zusammenfassung",
        one: "1 Nachricht",
        many: "{} Nachrichten",
        nothing: "Noch wurde nichts geschrieben.",
        began: "Der Kunde begann mit:",
        newest: "Die neueste Nachricht des Kunden:",
        answered: "Die neueste Antwort eines Agenten:",
        unanswered: "Noch hat kein Agent geantwortet.",
    },
};

static FRENCH: Phrases = Phrases {
    hello: "Bonjour !",
    welcome: "Je suis l'assistant du support CRM, un service automatique. Que puis-je faire pour vous ?",
    thanks: "Je vous en prie ! Puis-je faire autre chose pour vous ?",
    goodbye: "Au revoir ! N'hésitez pas à revenir si vous avez besoin de quelque chose.",
    acknowledge: "Très bien. Si vous avez une autre question, posez-la simplement.",
    identity: "Je suis un assistant automatique, pas une personne. Je réponds à partir de nos articles d'aide et je peux demander à une personne de nous rejoindre.",
    handoff: "J'ai demandé à une personne de rejoindre cette conversation. Je ne sais pas quand quelqu'un sera disponible. Tant que personne n'a pris le relais, je continue à répondre ici ; ensuite, je me tais.",
    help: "Je réponds aux questions à partir de nos articles d'aide, par exemple sur :",
    unclear: "Je n'ai pas trouvé de question dans ce message. Je peux aider, par exemple, pour :",
    unknown: "Désolé, je ne sais pas. Je n'ai pas trouvé de réponse dans nos articles d'aide.",
    offer: "Voulez-vous que je demande à une personne de nous rejoindre ?",
    no_articles: "Je n'ai pas encore d'articles d'aide pour répondre.",
    did_you_mean: "Je ne suis pas sûr de ce que vous cherchez. Est-ce l'un de ces sujets ?",
    sorry: "J'en suis désolé.",
    only_in: [
        "Cet article d'aide n'existe qu'en anglais :",
        "Cet article d'aide n'existe qu'en allemand :",
        "Cet article d'aide est en français :",
        "Cet article d'aide n'existe qu'en espagnol :",
        "Cet article d'aide n'existe qu'en arabe :",
    ],
    only_in_another: "Cet article d'aide n'existe que dans une autre langue :",
    topics: [
        "Recherche de produits",
        "Statut de commande",
        "Suivi de livraison",
        "Aide sur le compte",
        "Assistance générale",
    ],
    ask_for_person: "Parler à une personne",
    draft: "Merci pour votre message. Nous examinons votre demande et revenons vers vous ici dès que nous en saurons plus. Si autre chose peut nous aider, par exemple ce que vous avez essayé ou ce que vous avez vu à l'écran, n'hésitez pas à l'ajouter.",
    extract: Extract {
        introduction: "Un extrait, pas un résumé",
        one: "1 message",
        many: "{} messages",
        nothing: "Rien n'a encore été écrit.",
        began: "Le client a commencé par :",
        newest: "Le dernier message du client :",
        answered: "La dernière réponse d'un agent :",
        unanswered: "Aucun agent n'a encore répondu.",
    },
};

static SPANISH: Phrases = Phrases {
    hello: "¡Hola!",
    welcome: "Soy el asistente de soporte de CRM, un servicio automático. ¿En qué puedo ayudarle?",
    thanks: "¡De nada! ¿Puedo ayudarle en algo más?",
    goodbye: "¡Hasta luego! Escriba de nuevo cuando necesite algo.",
    acknowledge: "De acuerdo. Si necesita algo más, pregunte sin problema.",
    identity: "Soy un asistente automático, no una persona. Respondo con nuestros artículos de ayuda y puedo pedir a una persona que se una.",
    handoff: "He pedido a una persona que se una a esta conversación. No sé cuándo habrá alguien libre. Hasta que alguien se haga cargo sigo respondiendo aquí; después me callo.",
    help: "Respondo preguntas con nuestros artículos de ayuda, por ejemplo sobre:",
    unclear: "No he encontrado ninguna pregunta en ese mensaje. Puedo ayudar, por ejemplo, con:",
    unknown: "Lo siento, no lo sé. No he encontrado la respuesta en nuestros artículos de ayuda.",
    offer: "¿Quiere que pida a una persona que se una?",
    no_articles: "Todavía no tengo artículos de ayuda con los que responder.",
    did_you_mean: "No estoy seguro de lo que busca. ¿Se refiere a alguno de estos temas?",
    sorry: "Lo siento mucho.",
    only_in: [
        "Este artículo de ayuda solo existe en inglés:",
        "Este artículo de ayuda solo existe en alemán:",
        "Este artículo de ayuda solo existe en francés:",
        "Este artículo de ayuda está en español:",
        "Este artículo de ayuda solo existe en árabe:",
    ],
    only_in_another: "Este artículo de ayuda solo existe en otro idioma:",
    topics: [
        "Búsqueda de productos",
        "Estado del pedido",
        "Seguimiento del envío",
        "Ayuda con la cuenta",
        "Soporte general",
    ],
    ask_for_person: "Hablar con una persona",
    draft: "Gracias por su mensaje. Lo estamos revisando y le responderemos aquí en cuanto sepamos más. Si hay algo más que pueda ayudarnos, por ejemplo lo que ha intentado o lo que ha visto en la pantalla, añádalo, por favor.",
    extract: Extract {
        introduction: "Un extracto, no un resumen",
        one: "1 mensaje",
        many: "{} mensajes",
        nothing: "Todavía no se ha escrito nada.",
        began: "El cliente empezó con:",
        newest: "El último mensaje del cliente:",
        answered: "La última respuesta de un agente:",
        unanswered: "Ningún agente ha respondido todavía.",
    },
};

static ARABIC: Phrases = Phrases {
    hello: "مرحبًا!",
    welcome: "أنا مساعد دعم CRM، وهو مساعد آلي. كيف يمكنني مساعدتك؟",
    thanks: "على الرحب والسعة! هل هناك شيء آخر يمكنني المساعدة فيه؟",
    goodbye: "مع السلامة! راسلنا مجددًا متى احتجت إلى شيء.",
    acknowledge: "حسنًا. إذا كان لديك أي سؤال آخر فاسأل.",
    identity: "أنا مساعد آلي ولست إنسانًا. أجيب من مقالات المساعدة، ويمكنني أن أطلب من شخص الانضمام إلينا.",
    handoff: "طلبت من أحد الموظفين الانضمام إلى هذه المحادثة. لا أعرف متى سيتوفر أحد. سأواصل الرد هنا إلى أن يتولى موظف المحادثة، وبعدها لن أرد.",
    help: "أجيب عن الأسئلة من مقالات المساعدة، مثلًا عن:",
    unclear: "لم أجد سؤالًا في هذه الرسالة. يمكنني المساعدة مثلًا في:",
    unknown: "عذرًا، لا أعرف. لم أجد إجابة عن ذلك في مقالات المساعدة.",
    offer: "هل تريد أن أطلب من شخص الانضمام إلينا؟",
    no_articles: "ليست لدي بعد مقالات مساعدة أجيب منها.",
    did_you_mean: "لست متأكدًا مما تبحث عنه. هل تقصد أحد هذه المواضيع؟",
    sorry: "أعتذر عن ذلك.",
    only_in: [
        "هذا المقال متوفر بالإنجليزية فقط:",
        "هذا المقال متوفر بالألمانية فقط:",
        "هذا المقال متوفر بالفرنسية فقط:",
        "هذا المقال متوفر بالإسبانية فقط:",
        "هذا المقال بالعربية:",
    ],
    only_in_another: "هذا المقال متوفر بلغة أخرى فقط:",
    topics: [
        "البحث عن المنتجات",
        "حالة الطلب",
        "تتبع الشحنة",
        "مساعدة في الحساب",
        "الدعم العام",
    ],
    ask_for_person: "التحدث مع شخص",
    draft: "شكرًا على رسالتك. نحن ننظر في الأمر وسنعود إليك هنا حالما نعرف المزيد. إذا كان هناك أي شيء آخر قد يساعدنا، مثل ما جربته أو ما رأيته على الشاشة، فأضفه من فضلك.",
    extract: Extract {
        introduction: "مقتطف وليس ملخصًا",
        one: "رسالة واحدة",
        many: "عدد الرسائل: {}",
        nothing: "لم يُكتب شيء بعد.",
        began: "بدأ العميل بـ:",
        newest: "أحدث رسالة من العميل:",
        answered: "أحدث رد من موظف:",
        unanswered: "لم يرد أي موظف بعد.",
    },
};
