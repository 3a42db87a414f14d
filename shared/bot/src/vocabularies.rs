//! What the words of one language mean besides what a question is about: greetings, thanks, wishes for a person.

use super::language::Language;

/// What the words of one language mean. Phrases are separated by `|`, single words by spaces.
pub(super) struct Vocabulary {
    pub(super) language: Language,
    pub(super) greeting: &'static str,
    pub(super) thanks: &'static str,
    /// Beginnings of a sentence that is about nothing but thanks.
    pub(super) thanks_for: &'static str,
    pub(super) goodbye: &'static str,
    pub(super) acknowledge: &'static str,
    pub(super) help: &'static str,
    pub(super) identity: &'static str,
    /// Words and phrases of somebody who is angry with the company.
    pub(super) complaint: &'static str,
    /// What is complained of in general: a sentence of these and of a complaint's words asks nothing.
    pub(super) complaint_about: &'static str,
    /// Phrases that ask for a person only when they are the whole message.
    pub(super) human: &'static str,
    /// Phrases that ask for a person wherever they stand.
    pub(super) human_anywhere: &'static str,
    /// Asking for a person inside a longer message is an unbroken run of these five: one that has a contact
    /// word and anybody, or a verb of wanting and a person ("I need someone to sign" asks for nobody).
    pub(super) contact: &'static str,
    pub(super) wish: &'static str,
    pub(super) person: &'static str,
    pub(super) somebody: &'static str,
    pub(super) between: &'static str,
    /// Words before such a run that turn it into its opposite.
    pub(super) negation: &'static str,
    /// Words before such a run that make it a question about when and where people can be reached.
    pub(super) hours: &'static str,
    pub(super) yes: &'static str,
    /// How a message goes on that makes sense only with the question before it.
    pub(super) follow_up: &'static str,
    /// Words that add nothing to a greeting, thanks or the like.
    pub(super) filler: &'static str,
    /// Further words that say nothing about the subject of a question.
    pub(super) noise: &'static str,
}

/// The vocabularies, in the order of [`Language::ALL`].
pub(super) const VOCABULARIES: [Vocabulary; 5] = [ENGLISH, GERMAN, FRENCH, SPANISH, ARABIC];

const ENGLISH: Vocabulary = Vocabulary {
    language: Language::English,
    greeting: "hi|hello|hey|heya|hiya|howdy|yo|greetings|hi there|hello there|hey there|good morning|good afternoon|good evening|good day|morning|evening|how are you|how are you doing|how is it going|how's it going|how are things|what's up|how do you do|how you are doing|how you doing|how the ai is doing|nice to meet you|long time no see|anyone there|anybody there|is anyone there|is anybody there|is anybody here",
    thanks: "thanks|thank you|cheers|many thanks|thanks a lot|thanks a bunch|thanks a million|thanks so much|thanks very much|thank you so much|thank you very much|thank you kindly|much appreciated|i appreciate it|i appreciate that|i appreciate your help|appreciate it|no thanks|no thank you|that's very kind|that is very kind|you're a star|you're the best|you are the best|very helpful|that was helpful|so helpful|great help",
    thanks_for: "thanks for|thank you for|thanks that|thank you that|i appreciate",
    goodbye: "bye|bye bye|goodbye|good bye|see you|see you later|see you soon|see you tomorrow|see ya|later|laters|talk to you later|talk later|catch you later|take care|good night|have a nice day|have a good day|have a great day|have a nice evening|have a good evening|have a good one|have a nice weekend|have a great weekend|have a good weekend|have a lovely day|farewell|signing off|gotta go|got to go|i have to go|i must go|until next time|so long|that's all|that is all|that was all|that will be all|nothing else|it was great talking to you|it was nice talking to you|nice talking to you|great talking to you|great talk|good talk|nice chat",
    acknowledge: "ok|okay|alright|alrighty|all right|great|perfect|cool|nice|awesome|excellent|wonderful|brilliant|fine|good|got it|i see|i understand|understood|sounds good|good to know|makes sense|that makes sense|that worked|that works|that helped|that solved it|that did it|it worked|it works now|no|nope|nah|yes|yeah|yep|yup|sure|right|roger|noted|fair enough|no worries|no problem|very well|will do|lol|haha|wow",
    help: "help|help me|help please|i need help|i need some help|i need your help|i need assistance|i have a question|i have a problem|i have an issue|can you help|can you help me|could you help me|please help|what can you do|what can you help with|what can you help me with|what you can help with|what you can do|what can i ask|what can i ask you|what to ask you|how does this work|what do you do|what do you know|what questions can you answer|what subjects you like|what knowledge do you have|give me examples|menu|what are my options",
    identity: "are you a bot|are you a bot or a human|are you a bot or a person|are you a human or a bot|am i talking to a bot or a human|am i talking to a human or a bot|are you a robot|are you a machine|are you a computer|are you human|are you a human|are you a human or a computer|are you a person|are you a real person|are you an actual person|are you real|are you an ai|are you ai|are you chatgpt|is this a bot|is this a robot|is this a real person|is this automated|is this a person|who are you|what are you|what is your name|what's your name|who am i talking to|who am i chatting with|am i talking to a bot|am i talking to a human|am i talking to a person|am i talking to a real person|am i talking to a robot|am i talking to a machine|if you are a bot|if you're a bot|if your a bot|you are a bot|you're a bot|your a bot|you are a robot|if you are a human|if you are human|if you are a real person|if you're a real person|if you're real|if you are real|or are a computer|or a computer|or a human|or a bot|or a robot|or a machine|or a person",
    complaint: "ridiculous|unacceptable|inacceptable|terrible|awful|horrible|horrendous|dreadful|worst|disgusting|disgusted|disgrace|disgraceful|disappointed|disappointing|unhappy|dissatisfied|unsatisfied|angry|furious|frustrated|frustrating|annoyed|annoying|fed up|sick of|tired of|useless|pathetic|sucks|suck|a joke|what a joke|a scam|scam|scammers|rubbish|crap|crappy|shit|bullshit|garbage|incompetent|outrageous|unbelievable|appalling|shame on you|rip off|ripoff|never again|waste of time|not happy|not satisfied|not good enough|bad service|poor service|lousy|hopeless|unprofessional|rude|fuck|wtf|stupid|you are not helping|you're not helping|not helpful|not helping|doesn't help|you don't understand|didn't help|that was no help",
    complaint_about: "service company support shop store website customer customers experience you guys people team bot assistant this that it everything here ever had seen have am is are was what such so very really absolutely totally completely extremely just again your the a an with about of by i i'm it's in my life me not at all how this's we been with joke am",
    human: "human|humans|agent|agents|representative|operator|person|somebody|someone|a real person|real person|real people|real human|real agent|live agent|live person|live chat|live support|human please|a human|a person|an agent|human agent|human support|human help|support agent|talk to support|speak to support|customer service|supervisor|manager|a manager|a supervisor|staff|callback|call back|a call back|phone call|person please|agent please|not a bot|no bot|no bots",
    human_anywhere: "transfer me|transfer this chat|put me through|put me on to|patch me through|put me in touch|pass me on|hand me over|connect me|connect us|escalate this|escalate my|escalate it|escalate|call me back|call me|ring me|ring me back|phone me|give me a call|give me a ring|get me a call|a call back|a callback|a phone call from|talk to a human|speak to a human|speak to your manager|your manager|your supervisor|your boss|not a bot|not a robot|not a machine|isn't a bot|is not a bot|stop the bot|turn off the bot|talking to a machine|talking to a bot|talking to robots|talking to bots|talking to a robot|talk to a machine|talk to a bot|talk to a robot|let a human|someone human|someone real|somebody real|an actual person|an actual human|actual human being|someone from customer|someone from support|someone from the support|someone from your team|a real human|a living person|let me talk|let me speak|employee help|colleague help|human help me|person help me|human contact|human assistance|contact a human|contact an agent|anyone i can talk|anyone i can speak|anyone i can chat|someone i can talk|someone i can speak|somebody i can talk|somebody i can speak|a person i can talk|a person i can speak|get me someone|get me somebody|get someone|want someone|give me someone|give me somebody|someone to talk to|somebody to talk to|contact a person|contact a real|contact human",
    contact: "talk talking speak speaking chat chatting connect transfer switch forward escalate converse hear",
    wish: "need want prefer get give require demand request send reach",
    person: "person human humans agent agents representative rep reps operator advisor adviser consultant employee supervisor manager",
    somebody: "someone somebody anyone anybody colleague staff people boss specialist team support",
    between: "to with me through a an the your one of some any real live actual human being customer service support care please directly can i could from in you help us there who isn't 2 needs",
    negation: "not don't dont never without",
    hours: "when hours time times number what's",
    yes: "yes|yes please|yeah|yeah please|yep|yup|sure|please do|please|ok|okay|ok please|of course|go ahead|do it|yes do it|absolutely|definitely|that would be great|yes that would be great|sounds good",
    follow_up: "and|what about|how about|and what|and if|what if|but|or|so|then|also|also the|even|only for|same for|the same for|is it|is that|is this|does it|does that|do they|are they|will it|how long does it|how long does that|how much is it|how much is that|can you|can i then|it says|it still|it has|it hasn't|that didn't|the email|the link|the mail|where is that|where do i find that|which one|and then|there is no|i don't see|i can't find it|i did that|why",
    filler: "there bot team everyone everybody all folks please so very much you again sir madam guys assistant well and just now too friend dear world support a lot for your help to my day today then bro mate buddy kindly tomorrow weekend evening really great nice that is was i it's that's bunch everything man dude the of oh um hmm ah got me tell would if can could let know or about be do make yourself use certain on what things some think useful subjects",
    noise: "hi hello hey thanks thank please help need want would could like get tell know question ask wondering wonder explain show give find information info about regarding really also still already maybe sorry anyone dear team sir madam hasn haven didn don doesn isn won cannot time way possible able make use using want seem got let go try trying see look looking thing think sure anything something someone somebody one might may must shall many much lot bit kind type specific certain particular actually currently since yet without within via else ever never always often keep put take come used able allow allows currently idea option options solution wish thats im id ill ive whats wheres right new",
};

const GERMAN: Vocabulary = Vocabulary {
    language: Language::German,
    greeting: "hallo|guten tag|guten morgen|guten abend|grüß gott|gruess gott|grüss gott|grüezi|servus|moin|moin moin|tag|tagchen|hallöchen|schönen guten tag|hi|hey|huhu|na|wie geht's|wie gehts|wie geht es dir|wie geht es ihnen|morgen|mahlzeit|jemand da",
    thanks: "danke|danke schön|dankeschön|danke sehr|danke dir|danke ihnen|vielen dank|vielen lieben dank|lieben dank|herzlichen dank|besten dank|tausend dank|nein danke|sehr nett|sehr freundlich|sehr hilfreich|dankend",
    thanks_for: "danke für|vielen dank für|herzlichen dank für|besten dank für|danke das|danke dass",
    goodbye: "tschüss|tschüß|tschuess|tschau|ciao|auf wiedersehen|wiedersehen|auf wiederhören|bis bald|bis später|bis dann|bis morgen|bis zum nächsten mal|schönen tag noch|schönen tag|schönen abend|schönen abend noch|schönen feierabend|schönes wochenende|gute nacht|ade|mach's gut|machs gut|das war's|das wars|das war alles",
    acknowledge: "ok|okay|gut|super|prima|alles klar|klar|verstanden|in ordnung|perfekt|passt|ja|nein|nee|jawohl|genau|toll|klasse|aha|ach so|achso|verstehe|ich verstehe|gut zu wissen|das hat geholfen|hat geklappt|hat funktioniert|einverstanden|sehr gut",
    help: "hilfe|hilf mir|ich brauche hilfe|ich habe eine frage|ich habe ein problem|kannst du mir helfen|können sie mir helfen|könnten sie mir helfen|was kannst du|was können sie|was kann ich fragen|wobei kannst du helfen|wobei können sie helfen",
    identity: "bist du ein bot|sind sie ein bot|bist du ein mensch|sind sie ein mensch|sind sie ein echter mensch|bist du ein echter mensch|bist du echt|wer bist du|wer sind sie|bist du ein roboter|sind sie ein roboter|bist du eine maschine|spreche ich mit einem bot|spreche ich mit einem menschen|wie heißt du",
    complaint: "frechheit|unverschämt|unverschämtheit|inakzeptabel|katastrophe|katastrophal|furchtbar|schrecklich|schlecht|schlechter|schlechteste|mies|miserabel|enttäuscht|enttäuschend|sauer|wütend|verärgert|ärgerlich|genervt|nervt|unmöglich|lächerlich|skandal|abzocke|betrug|betrüger|saftladen|unfähig|unfassbar|unter aller sau|zum kotzen|scheiße|scheisse|mist|das letzte|nie wieder|nicht zufrieden|unzufrieden|nutzlos|reicht mir|hilft mir nicht",
    complaint_about: "service kundenservice support firma laden shop das ist so sehr ich bin eine ein von ihnen euch dir ihr mit dem der die wirklich absolut echt total hier alles was für ja nicht auch mir es völlig einfach aller",
    human: "mensch|mitarbeiter|mitarbeiterin|berater|echter mensch|einen menschen|ein mensch|ein mitarbeiter|einen mitarbeiter|rückruf|vorgesetzter|chef|operator|person|echte person|kundenberater|kein bot|keinen bot",
    human_anywhere: "rufen sie mich|ruf mich|ruft mich|mich anrufen|mich zurückrufen|bitte anrufen|um rückruf|einen rückruf|rückruf bitte|verbinden sie mich|verbinde mich|mich verbinden|stellen sie mich|stell mich durch|mich durchstellen|leiten sie mich weiter|mich weiterleiten|holen sie einen menschen|ihren vorgesetzten|ihr vorgesetzter|deinen vorgesetzten|ihren chef|deinen chef|nicht mit einem bot|nicht mit einer maschine|keinen bot|kein bot|von mensch zu mensch|mit ihrem chef",
    contact: "sprechen reden chatten verbinden verbinde spreche weiterleiten durchstellen telefonieren sprech red",
    wish: "brauche will möchte möcht wünsche verlange holen hole geben gib geben",
    person: "mensch menschen mitarbeiter mitarbeiters mitarbeiterin berater beraterin agenten kundenberater sachbearbeiter vorgesetzten vorgesetzte vorgesetzter chef chefin",
    somebody: "person jemand jemandem jemanden kollegen kollegin leiter",
    between: "mit mir mich einem einer einen eine ein dem der den echten echter richtigen richtiger vom zu ich bitte gerne lieber kundenservice support sie du direkt ihren ihrem deinen deinem persönlich kann aus lebenden wirklichen sofort",
    negation: "nicht kein keinen keine keinem ohne",
    hours: "wann uhrzeit nummer zeiten",
    yes: "ja|ja bitte|ja gerne|ja gern|gerne|gern|bitte|klar|natürlich|ok|okay|jawohl|unbedingt|ja das wäre gut",
    follow_up: "und|und was|und wenn|was ist mit|wie ist es mit|aber|oder|auch|also|dann|gilt das|geht das|ist das|wie lange dauert das|was kostet das|und dann|die mail|der link|nach|warum",
    filler: "zusammen team bitte sehr euch ihnen dir alle noch und na liebes liebe für die der das ihre deine hilfe schnelle tolle nette mal bot ihr leute schon heute morgen bis dann mir auch so es schön",
    noise: "hallo danke bitte hilfe helfen brauche braucht möchte mochte gerne frage fragen wissen kannst konnen können sagen zeigen geben gibt mal noch schon immer leider eigentlich bitte gerade eben denn doch halt nochmal möglich geht machen mache tun kann muss soll finde finden etwas jetzt",
};

const FRENCH: Vocabulary = Vocabulary {
    language: Language::French,
    greeting: "bonjour|bonsoir|salut|coucou|bonjour à tous|re bonjour|ça va|comment ça va|comment vas-tu|comment allez-vous|il y a quelqu'un|enchanté",
    thanks: "merci|merci beaucoup|merci bien|merci à vous|merci à toi|mille mercis|un grand merci|grand merci|merci infiniment|je vous remercie|je te remercie|non merci|c'est très gentil|c'est gentil|très aimable",
    thanks_for: "merci pour|merci de|je vous remercie pour|je vous remercie de",
    goodbye: "au revoir|à bientôt|à plus tard|à plus|à demain|à la prochaine|bonne journée|bonne soirée|bonne nuit|bon week-end|bonne fin de journée|adieu|bye|c'est tout|ce sera tout",
    acknowledge: "d'accord|parfait|très bien|bien|super|compris|j'ai compris|je comprends|je vois|entendu|noté|c'est noté|bien reçu|ok|oui|non|génial|ça marche|bonne idée|excellent|nickel|cool|ah d'accord|c'est bon",
    help: "aide|à l'aide|aidez-moi|aide-moi|j'ai besoin d'aide|j'ai une question|j'ai un problème|pouvez-vous m'aider|pourriez-vous m'aider|peux-tu m'aider|que pouvez-vous faire|que peux-tu faire|que sais-tu faire",
    identity: "êtes-vous un robot|es-tu un robot|êtes-vous un bot|es-tu un bot|êtes-vous humain|êtes-vous un humain|es-tu humain|qui êtes-vous|qui es-tu|êtes-vous une vraie personne|est-ce un robot|c'est un robot|je parle à un robot",
    complaint: "inadmissible|inacceptable|scandaleux|honteux|honte|nul|nulle|nuls|catastrophique|catastrophe|lamentable|horrible|affreux|déçu|déçue|décevant|furieux|furieuse|en colère|énervé|énervée|mécontent|mécontente|ridicule|arnaque|arnaqueurs|voleurs|marre|ras le bol|plus jamais|pire|mauvais|merde|incompétent|incompétents|inutile|pas content|pas satisfait|insatisfait",
    complaint_about: "service client entreprise société boutique site votre vos ton vous tu c'est c est ce un une le la les de du très tellement vraiment absolument je suis ai j en par avec que quel quelle expérience jamais eu tout ici n'est n pas qui on se moque moi d",
    human: "humain|conseiller|conseillère|un humain|un conseiller|une personne|une vraie personne|quelqu'un|un agent|agent|opérateur|responsable|un responsable|une personne réelle|rappel|pas un robot",
    human_anywhere: "passez-moi|passe-moi|rappelez-moi|rappelle-moi|me rappeler|m'appeler|appelez-moi|appelle-moi|me passer|transférez-moi|transfère-moi|me transférer|mettez-moi en relation|mettre en relation|mis en relation|mettez-moi en contact|votre responsable|votre supérieur|votre chef|pas à un robot|pas un robot|être rappelé|être rappelée|connectez-moi",
    contact: "parler discuter joindre parle échanger contacter",
    wish: "veux voudrais souhaite besoin aimerais exige",
    person: "humain conseiller conseillère agent opérateur opératrice représentant superviseur responsable employé",
    somebody: "personne quelqu'un responsable quelqu",
    between: "à a avec un une d'un d'une d le la au vrai vraie réel réelle je j du de service client s'il vous plaît plait humaine humain votre directement parler l en quelqu",
    negation: "pas ne sans jamais",
    hours: "quand heures heure horaires numéro",
    yes: "oui|oui s'il vous plaît|oui merci|oui volontiers|volontiers|bien sûr|d'accord|ok|avec plaisir|je veux bien",
    follow_up: "et|et si|et pour|mais|ou|aussi|alors|donc|qu'en est-il|et combien|c'est combien|est-ce que c'est|ça prend|ça coûte|le mail|le lien|pourquoi|vers",
    filler: "à tous toute tout l'équipe l équipe beaucoup bien vous toi votre aide encore et monsieur madame pour s'il s il plaît plait te très la réponse rapide de le tres bonne soirée journée fois",
    noise: "bonjour merci aide aider besoin voudrais veux puis peux pouvez question savoir faire dire comment est-ce peut svp plait plaît possible aimerais souhaite avoir fait encore toujours déjà cela ça où trouver quels quelle quel quelles puis-je",
};

const SPANISH: Vocabulary = Vocabulary {
    language: Language::Spanish,
    greeting: "hola|holi|buenos días|buenos dias|buenas tardes|buenas noches|buenas|buen día|qué tal|que tal|hola qué tal|cómo estás|como estas|cómo está|cómo está usted|qué pasa|hay alguien|hay alguien ahí",
    thanks: "gracias|muchas gracias|mil gracias|muchísimas gracias|gracias a ti|gracias a usted|gracias por todo|te lo agradezco|se lo agradezco|no gracias|muy amable|muy agradecido|muy agradecida",
    thanks_for: "gracias por|muchas gracias por|muchísimas gracias por",
    goodbye: "adiós|adios|hasta luego|hasta pronto|hasta mañana|hasta la vista|hasta la próxima|nos vemos|chao|chau|bye|que tenga un buen día|que tengas un buen día|buen fin de semana|buenas noches a todos|cuídate|eso es todo|eso era todo|nada más",
    acknowledge: "vale|de acuerdo|perfecto|entendido|entiendo|muy bien|bien|genial|claro|ok|sí|si|no|listo|comprendo|ya veo|estupendo|excelente|bueno|ya está|me parece bien|enterado",
    help: "ayuda|ayúdame|ayudame|ayúdeme|necesito ayuda|tengo una pregunta|tengo una duda|tengo un problema|puedes ayudarme|me puedes ayudar|puede ayudarme|me puede ayudar|qué puedes hacer|que puedes hacer|qué sabes hacer",
    identity: "eres un bot|eres un robot|es usted un robot|es un robot|eres humano|eres humana|eres una persona|eres una persona real|es usted una persona|quién eres|quien eres|quién es usted|hablo con un robot|hablo con una máquina",
    complaint: "pésimo|pésima|horrible|terrible|inaceptable|vergüenza|vergonzoso|ridículo|decepcionado|decepcionada|decepcionante|enojado|enojada|enfadado|enfadada|furioso|furiosa|indignado|indignada|molesto|molesta|harto|harta|estafa|estafadores|ladrones|inútil|inútiles|peor|malo|mala|malísimo|mierda|basura|asco|nunca más|un desastre|desastre|incompetentes|insatisfecho|no estoy contento|no estoy satisfecho",
    complaint_about: "servicio atención empresa tienda página web su sus tu es un una el la los de del muy tan realmente totalmente absolutamente estoy soy con ustedes usted vosotros por qué que esto todo me da lo he tenido experiencia este cliente",
    human: "humano|agente|persona|una persona|un agente|un humano|representante|operador|asesor|encargado|supervisor|gerente|una persona real|persona real|alguien|no un robot",
    human_anywhere: "pásame con|pásame|páseme|páseme con|pasarme con|llámame|llámeme|llámenme|que me llamen|que me llame|me pueden llamar|me puede llamar|pueden llamarme|puede llamarme|llamarme|devuélvame la llamada|transfiérame|transfiéreme|transferirme|comuníqueme|comunícame|conécteme|conéctame|su supervisor|tu supervisor|su gerente|su jefe|tu jefe|no con un robot|no con una máquina|no quiero hablar con un robot|ponme con|póngame con",
    contact: "hablar hablo chatear comunicarme conectar conversar",
    wish: "quiero necesito quisiera exijo prefiero deme dame",
    person: "humano agente representante operador operadora asesor asesora supervisor supervisora gerente ejecutivo empleado",
    somebody: "persona alguien encargado responsable",
    between: "con a un una el la de del real humana verdadera verdadero favor por servicio cliente quisiera directamente su atención al me",
    negation: "no sin nunca",
    hours: "cuándo horario hora horas número",
    yes: "sí|si|sí por favor|si por favor|claro|claro que sí|por supuesto|vale|de acuerdo|ok|sí gracias",
    follow_up: "y|y si|y para|y a|pero|o|también|entonces|qué pasa con|qué pasa si|y cuánto|cuánto es|cuánto tarda eso|el correo|el enlace|por qué",
    filler: "a todos todas todo equipo por favor su tu ayuda la y señor señora muy amable usted tan rápido luego mañana bien",
    noise: "hola gracias ayuda ayudar necesito quiero quisiera puedo puede puedes pregunta saber hacer hago decir favor cómo dónde cuándo cuál cuáles posible hay tengo tener ustedes gustaría encontrar todavía aún",
};

const ARABIC: Vocabulary = Vocabulary {
    language: Language::Arabic,
    greeting: "مرحبا|مرحبًا|أهلا|أهلا وسهلا|اهلين|السلام عليكم|السلام عليكم ورحمة الله|سلام|صباح الخير|مساء الخير|صباح النور|مساء النور|هلا|هاي|هلو|كيف حالك|كيف الحال|تحية طيبة|هل من أحد",
    thanks: "شكرا|شكرا لك|شكرا لكم|شكرا جزيلا|شكرا كثيرا|ألف شكر|مشكور|مشكورين|لا شكرا|جزاك الله خيرا|يعطيك العافية|أشكرك|أشكركم|ممتن",
    thanks_for: "شكرا على|شكرا ل|شكرا لك على|شكرا لكم على|أشكرك على",
    goodbye: "مع السلامة|وداعا|إلى اللقاء|الى اللقاء|باي|تصبح على خير|في أمان الله|أراك لاحقا|نلتقي غدا|يوم سعيد|هذا كل شيء",
    acknowledge: "حسنا|تمام|ممتاز|فهمت|طيب|نعم|لا|أوكي|اوكي|جيد|رائع|مفهوم|واضح|ماشي|صحيح|أها",
    help: "مساعدة|المساعدة|ساعدني|أحتاج مساعدة|أحتاج إلى مساعدة|لدي سؤال|عندي سؤال|لدي مشكلة|عندي مشكلة|هل يمكنك مساعدتي|ماذا يمكنك أن تفعل|بماذا تساعدني",
    identity: "هل أنت روبوت|هل أنت إنسان|هل أنت بشر|هل انت شخص|من أنت|هل أنت شخص حقيقي|هل أتحدث مع روبوت|ما اسمك",
    complaint: "سيئة|سيء|سيئ|أسوأ|فظيع|فظيعة|غير مقبول|مرفوض تماما|غاضب|غاضبة|مستاء|محبط|خيبة أمل|نصب|نصابين|احتيال|فضيحة|مهزلة|زفت|عيب عليكم|لن أتعامل|غير راض|غير راضي|مزعج|كارثة",
    complaint_about: "خدمة خدمتكم خدماتكم الخدمة شركة شركتكم متجر متجركم جدا هذا هذه أنا انا منكم من في على كل أنتم حقا تماما للغاية أسوأ أمر تجربة عملاء العملاء",
    human: "موظف|شخص|إنسان|شخص حقيقي|ممثل|مندوب|مدير|المدير|مشرف|وكيل|اريد موظف|موظف حقيقي|موظف من فضلك",
    human_anywhere: "حولني|حولوني|تحويلي|اتصل بي|اتصلوا بي|كلمني|كلموني|أعد الاتصال بي|عاودوا الاتصال|ان تتصلوا بي|تتصلوا بي|صلني|صلوني|وصلني|أوصلني|مديرك|المدير من فضلك|لا أريد التحدث مع روبوت|ليس روبوت",
    contact: "التحدث أتحدث اتكلم التكلم أتكلم الحديث أكلم تحويلي حولني تواصل التواصل نتحدث",
    wish: "أريد أحتاج أرغب بدي ابغى",
    person: "إنسان انسان موظف موظفة ممثل مندوب وكيل بشري مدير المدير مشرف مسؤول",
    somebody: "شخص أحد مسؤول",
    between: "مع إلى من حقيقي خدمة العملاء أن أحد فضلك الى في ان",
    negation: "لا لن بدون ليس",
    hours: "متى ساعات رقم",
    yes: "نعم|أجل|نعم من فضلك|طبعا|تمام|حسنا|أكيد|نعم أريد|بالتأكيد",
    follow_up: "و|وماذا عن|ماذا عن|ماذا لو|وإذا|وكم|لكن|أو|أيضا|كم يستغرق ذلك|كم يكلف ذلك|وهل|والى|وإلى|لماذا",
    filler: "جميعا لكم لك جدا من فضلك و يا فريق وبركاته ورحمة الله على مساعدتك مساعدتكم المساعدة كثيرا بكم",
    noise: "مرحبا شكرا مساعدة المساعدة اريد احتاج فضلك سؤال كيف اين متى كم هل يمكنني استطيع ما هي هو ماذا عن الان أجد لدي عندي يمكن",
};
