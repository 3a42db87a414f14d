//! What the pages say around the articles, in the languages that the bot and the widget speak.

use super::language::primary;

/// The words of one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// Its code.
    pub code: &'static str,
    pub title: &'static str,
    pub skip: &'static str,
    pub search: &'static str,
    pub search_label: &'static str,
    pub language: &'static str,
    pub here: &'static str,
    /// The heading of what has no category, where something has one, and where nothing has.
    pub others: &'static str,
    pub all_articles: &'static str,
    pub show_all: &'static str,
    pub pages: &'static str,
    pub page: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub results: &'static str,
    pub nothing_found: &'static str,
    pub nothing_found_hint: &'static str,
    pub empty: &'static str,
    pub contents: &'static str,
    pub updated: &'static str,
    pub related: &'static str,
    pub was_helpful: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub thanks: &'static str,
    pub stuck: &'static str,
    pub chat: &'static str,
    pub chat_needs_script: &'static str,
    pub missing: &'static str,
    pub missing_text: &'static str,
    pub too_fast: &'static str,
    pub too_fast_text: &'static str,
}

impl Words {
    /// Those of the language of this tag, else English.
    pub fn of(tag: &str) -> &'static Self {
        let code = primary(tag);
        ALL.iter().find(|words| words.code == code).unwrap_or(&EN)
    }

    /// The languages that there are words in.
    pub fn codes() -> [&'static str; 5] {
        ALL.map(|words| words.code)
    }
}

const ALL: [Words; 5] = [AR, DE, EN, ES, FR];

const EN: Words = Words {
    code: "en",
    title: "Help centre",
    skip: "Skip to the content",
    search: "Search",
    search_label: "Search the help centre",
    language: "Language",
    here: "You are here",
    others: "Other articles",
    all_articles: "All articles",
    show_all: "Show all",
    pages: "Pages",
    page: "Page",
    previous: "Previous page",
    next: "Next page",
    results: "Results for",
    nothing_found: "No article was found for",
    nothing_found_hint: "Try other words, or fewer.",
    empty: "There are no articles here yet.",
    contents: "On this page",
    updated: "Last updated",
    related: "Related articles",
    was_helpful: "Was this helpful?",
    yes: "Yes",
    no: "No",
    thanks: "Thank you for telling us.",
    stuck: "Still stuck?",
    chat: "Chat with us",
    chat_needs_script: "You can chat with us on this page once JavaScript is switched on in your browser.",
    missing: "Page not found",
    missing_text: "There is no such page in the help centre, or it is no longer there. Try the search.",
    too_fast: "Too many requests",
    too_fast_text: "You are searching faster than we can answer. Wait a moment and try again.",
};

const DE: Words = Words {
    code: "de",
    title: "Hilfe",
    skip: "Zum Inhalt springen",
    search: "Suchen",
    search_label: "In der Hilfe suchen",
    language: "Sprache",
    here: "Sie sind hier",
    others: "Weitere Artikel",
    all_articles: "Alle Artikel",
    show_all: "Alle anzeigen",
    pages: "Seiten",
    page: "Seite",
    previous: "Vorige Seite",
    next: "Nächste Seite",
    results: "Ergebnisse für",
    nothing_found: "Kein Artikel gefunden für",
    nothing_found_hint: "Versuchen Sie es mit anderen oder weniger Wörtern.",
    empty: "Hier gibt es noch keine Artikel.",
    contents: "Auf dieser Seite",
    updated: "Zuletzt geändert",
    related: "Verwandte Artikel",
    was_helpful: "War das hilfreich?",
    yes: "Ja",
    no: "Nein",
    thanks: "Danke für Ihre Rückmeldung.",
    stuck: "Noch Fragen?",
    chat: "Chatten Sie mit uns",
    chat_needs_script: "Auf dieser Seite können Sie mit uns chatten, sobald JavaScript in Ihrem Browser eingeschaltet ist.",
    missing: "Seite nicht gefunden",
    missing_text: "Diese Seite gibt es in der Hilfe nicht oder nicht mehr. Versuchen Sie es mit der Suche.",
    too_fast: "Zu viele Anfragen",
    too_fast_text: "Sie suchen schneller, als wir antworten können. Warten Sie einen Moment und versuchen Sie es noch einmal.",
};

const ES: Words = Words {
    code: "es",
    title: "Centro de ayuda",
    skip: "Ir al contenido",
    search: "Buscar",
    search_label: "Buscar en el centro de ayuda",
    language: "Idioma",
    here: "Está aquí",
    others: "Otros artículos",
    all_articles: "Todos los artículos",
    show_all: "Ver todos",
    pages: "Páginas",
    page: "Página",
    previous: "Página anterior",
    next: "Página siguiente",
    results: "Resultados de",
    nothing_found: "No se encontró ningún artículo sobre",
    nothing_found_hint: "Pruebe con otras palabras o con menos.",
    empty: "Todavía no hay artículos.",
    contents: "En esta página",
    updated: "Última actualización",
    related: "Artículos relacionados",
    was_helpful: "¿Le ha sido útil?",
    yes: "Sí",
    no: "No",
    thanks: "Gracias por su opinión.",
    stuck: "¿Sigue con dudas?",
    chat: "Chatee con nosotros",
    chat_needs_script: "Podrá chatear con nosotros en esta página cuando active JavaScript en su navegador.",
    missing: "Página no encontrada",
    missing_text: "Esta página no existe o ya no está en el centro de ayuda. Pruebe con la búsqueda.",
    too_fast: "Demasiadas solicitudes",
    too_fast_text: "Busca más deprisa de lo que podemos responder. Espere un momento y vuelva a intentarlo.",
};

const FR: Words = Words {
    code: "fr",
    title: "Centre d’aide",
    skip: "Aller au contenu",
    search: "Rechercher",
    search_label: "Rechercher dans le centre d’aide",
    language: "Langue",
    here: "Vous êtes ici",
    others: "Autres articles",
    all_articles: "Tous les articles",
    show_all: "Tout afficher",
    pages: "Pages",
    page: "Page",
    previous: "Page précédente",
    next: "Page suivante",
    results: "Résultats pour",
    nothing_found: "Aucun article trouvé pour",
    nothing_found_hint: "Essayez d’autres mots, ou moins de mots.",
    empty: "Il n’y a pas encore d’articles ici.",
    contents: "Sur cette page",
    updated: "Dernière mise à jour",
    related: "Articles similaires",
    was_helpful: "Cela vous a-t-il aidé ?",
    yes: "Oui",
    no: "Non",
    thanks: "Merci de votre réponse.",
    stuck: "Toujours bloqué ?",
    chat: "Discutez avec nous",
    chat_needs_script: "Vous pourrez discuter avec nous sur cette page une fois JavaScript activé dans votre navigateur.",
    missing: "Page introuvable",
    missing_text: "Cette page n’existe pas ou plus dans le centre d’aide. Essayez la recherche.",
    too_fast: "Trop de demandes",
    too_fast_text: "Vous cherchez plus vite que nous ne pouvons répondre. Attendez un instant et réessayez.",
};

const AR: Words = Words {
    code: "ar",
    title: "مركز المساعدة",
    skip: "انتقل إلى المحتوى",
    search: "بحث",
    search_label: "ابحث في مركز المساعدة",
    language: "اللغة",
    here: "أنت هنا",
    others: "مقالات أخرى",
    all_articles: "كل المقالات",
    show_all: "عرض الكل",
    pages: "الصفحات",
    page: "صفحة",
    previous: "الصفحة السابقة",
    next: "الصفحة التالية",
    results: "نتائج البحث عن",
    nothing_found: "لم نجد أي مقال عن",
    nothing_found_hint: "جرّب كلمات أخرى أو كلمات أقل.",
    empty: "لا توجد مقالات هنا بعد.",
    contents: "في هذه الصفحة",
    updated: "آخر تحديث",
    related: "مقالات ذات صلة",
    was_helpful: "هل كان هذا مفيدًا؟",
    yes: "نعم",
    no: "لا",
    thanks: "شكرًا على رأيك.",
    stuck: "هل ما زلت بحاجة إلى مساعدة؟",
    chat: "تحدّث معنا",
    chat_needs_script: "يمكنك التحدث معنا في هذه الصفحة بعد تشغيل JavaScript في متصفحك.",
    missing: "الصفحة غير موجودة",
    missing_text: "لا توجد صفحة كهذه في مركز المساعدة، أو لم تعد موجودة. جرّب البحث.",
    too_fast: "طلبات كثيرة جدًا",
    too_fast_text: "أنت تبحث أسرع مما يمكننا الإجابة. انتظر لحظة ثم حاول مرة أخرى.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_its_words_and_another_one_has_english() {
        assert_eq!(Words::of("de-at").title, "Hilfe");
        assert_eq!(Words::of("it").code, "en");
        for code in Words::codes() {
            assert_eq!(Words::of(code).code, code);
        }
    }
}
