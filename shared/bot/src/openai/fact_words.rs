//! The words that state something exact, in the bot's languages: numbers, units, days, months, and what is promised.
//!
//! The forms of one meaning stand together, so that "30 Tage" and "thirty days" state the same.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A word in lower case, without the differences that people do not bother to type in Arabic.
pub(super) fn fold(word: &str) -> String {
    word.chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !matches!(c, '\u{0300}'..='\u{036f}' | '\u{064b}'..='\u{0652}' | '\u{0640}'))
        .map(|c| match c {
            'أ' | 'إ' | 'آ' => 'ا',
            'ى' => 'ي',
            other => other,
        })
        .collect()
}

/// The number that a word says.
pub(super) fn number(folded: &str) -> Option<&'static str> {
    NUMBERS.get(folded).copied()
}

/// The unit that a word beside a number names.
pub(super) fn unit(folded: &str) -> Option<&'static str> {
    UNITS.get(folded).copied()
}

/// The day, month or promise that a word names.
pub(super) fn exact(folded: &str) -> Option<&'static str> {
    EXACT.get(folded).copied()
}

/// The unit that a sign beside a number names.
pub(super) fn sign(c: char) -> Option<&'static str> {
    match c {
        '€' => Some("euro"),
        '$' => Some("dollar"),
        '£' => Some("pound"),
        '¥' => Some("yen"),
        '₹' => Some("rupee"),
        '%' | '٪' => Some("percent"),
        _ => None,
    }
}

/// Words that may stand between a number and its unit, as in "two working days".
pub(super) fn is_between(folded: &str) -> bool {
    [
        "business",
        "working",
        "calendar",
        "full",
        "more",
        "consecutive",
        "volle",
        "weitere",
        "ganze",
    ]
    .contains(&folded)
}

type Table = LazyLock<HashMap<String, &'static str>>;

static NUMBERS: Table = LazyLock::new(|| table(NUMBER_FORMS));
static UNITS: Table = LazyLock::new(|| table(UNIT_FORMS));
static EXACT: Table = LazyLock::new(|| table(EXACT_FORMS));

fn table(forms: &[(&'static str, &'static str)]) -> HashMap<String, &'static str> {
    forms
        .iter()
        .flat_map(|(meaning, forms)| forms.split_whitespace().map(|form| (fold(form), *meaning)))
        .collect()
}

/// Without what is mostly no number: "one", "un", the Spanish "once".
const NUMBER_FORMS: &[(&str, &str)] = &[
    ("2", "two zwei deux dos اثنان اثنين"),
    ("3", "three drei trois tres ثلاثة ثلاث"),
    ("4", "four vier quatre cuatro أربعة أربع"),
    ("5", "five fünf cinq cinco خمسة خمس"),
    ("6", "six sechs seis ستة ست"),
    ("7", "seven sieben sept siete سبعة سبع"),
    ("8", "eight acht huit ocho ثمانية ثماني"),
    ("9", "nine neun neuf nueve تسعة تسع"),
    ("10", "ten zehn dix diez عشرة عشر"),
    ("11", "eleven elf onze"),
    ("12", "twelve zwölf douze doce"),
    ("14", "fourteen vierzehn quatorze catorce"),
    ("15", "fifteen fünfzehn quinze quince"),
    ("20", "twenty zwanzig vingt veinte عشرون عشرين"),
    ("24", "vierundzwanzig veinticuatro"),
    ("30", "thirty dreißig dreissig trente treinta ثلاثون ثلاثين"),
    ("40", "forty vierzig quarante cuarenta أربعون أربعين"),
    ("50", "fifty fünfzig cinquante cincuenta خمسون خمسين"),
    ("60", "sixty sechzig soixante sesenta ستون ستين"),
    ("90", "ninety neunzig noventa تسعون تسعين"),
    ("100", "hundred hundert cien مئة مائة"),
    ("1000", "thousand tausend mille mil ألف"),
    ("1000000", "million millionen millones مليون"),
];

const UNIT_FORMS: &[(&str, &str)] = &[
    (
        "second",
        "second seconds sekunde sekunden seconde secondes segundo segundos ثانية ثوان",
    ),
    (
        "minute",
        "minute minutes min mins minuten minuto minutos دقيقة دقائق",
    ),
    (
        "hour",
        "hour hours hr hrs h stunde stunden heure heures hora horas ساعة ساعات",
    ),
    (
        "day",
        "day days tag tage tagen tägig tägige tägigen tägiges werktag werktage werktagen werktags arbeitstag arbeitstage \
         arbeitstagen kalendertage kalendertagen jour jours día días dia dias يوم يوما أيام",
    ),
    (
        "week",
        "week weeks woche wochen semaine semaines semana semanas أسبوع أسابيع",
    ),
    (
        "month",
        "month months monat monate monaten mois mes meses شهر شهرا أشهر شهور",
    ),
    (
        "year",
        "year years jahr jahre jahren jährig jährige jährigen ans année années año años سنة سنوات عام أعوام",
    ),
    ("percent", "percent prozent pourcent"),
    ("euro", "euro euros eur يورو"),
    ("dollar", "dollar dollars usd dólar dólares دولار"),
    ("pound", "pound pounds gbp pfund livres libras"),
    ("franc", "chf franken franc francs"),
    ("yen", "yen jpy"),
    ("kilogram", "kg kilo kilos kilogram kilograms kilogramm"),
    (
        "kilometre",
        "km kilometre kilometres kilometer kilometers kilómetros",
    ),
    ("centimetre", "cm"),
    ("megabyte", "mb megabyte megabytes"),
    ("gigabyte", "gb gigabyte gigabytes"),
];

/// "May" is left out: in English it is mostly no month.
const EXACT_FORMS: &[(&str, &str)] = &[
    (
        "monday",
        "monday mondays montag montags lundi lundis lunes الاثنين الإثنين",
    ),
    (
        "tuesday",
        "tuesday tuesdays dienstag dienstags mardi mardis martes الثلاثاء",
    ),
    (
        "wednesday",
        "wednesday wednesdays mittwoch mittwochs mercredi mercredis miércoles miercoles الأربعاء",
    ),
    (
        "thursday",
        "thursday thursdays donnerstag donnerstags jeudi jeudis jueves الخميس",
    ),
    (
        "friday",
        "friday fridays freitag freitags vendredi vendredis viernes الجمعة",
    ),
    (
        "saturday",
        "saturday saturdays samstag samstags sonnabend samedi samedis sábado sábados sabado السبت",
    ),
    (
        "sunday",
        "sunday sundays sonntag sonntags dimanche dimanches domingo domingos الأحد",
    ),
    ("january", "january januar janvier enero يناير"),
    ("february", "february februar février fevrier febrero فبراير"),
    ("march", "march märz mars marzo مارس"),
    ("april", "april avril abril أبريل"),
    ("june", "june juni juin junio يونيو"),
    ("july", "july juli juillet julio يوليو"),
    ("august", "august août aout agosto أغسطس"),
    ("september", "september septembre septiembre سبتمبر"),
    ("october", "october oktober octobre octubre أكتوبر"),
    ("november", "november novembre noviembre نوفمبر"),
    ("december", "december dezember décembre decembre diciembre ديسمبر"),
    (
        "free",
        "free kostenlos kostenlose kostenlosen kostenloser kostenfrei kostenfreie gratis gratuit gratuite gratuits gratuites \
         gratuitement gratuito gratuita gratuitos gratuitas gratuitamente مجاني مجانية مجانا",
    ),
    (
        "guarantee",
        "guarantee guarantees guaranteed garantie garantiert garantieren garantía garantizado garantizada garantizamos ضمان",
    ),
    (
        "discount",
        "discount discounts discounted rabatt rabatte nachlass remise remises réduction réductions descuento descuentos خصم",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_has_two_meanings() {
        for forms in [NUMBER_FORMS, UNIT_FORMS, EXACT_FORMS] {
            let count: usize = forms
                .iter()
                .map(|(_, forms)| {
                    let folded: std::collections::BTreeSet<String> =
                        forms.split_whitespace().map(fold).collect();
                    folded.len()
                })
                .sum();
            assert_eq!(table(forms).len(), count);
        }
    }

    #[test]
    fn the_same_number_and_unit_are_found_in_every_language() {
        for (word, meaning) in [
            ("Thirty", "30"),
            ("dreißig", "30"),
            ("trente", "30"),
            ("ثلاثين", "30"),
        ] {
            assert_eq!(number(&fold(word)), Some(meaning));
        }
        for word in ["days", "Tagen", "jours", "días", "أيام"] {
            assert_eq!(unit(&fold(word)), Some("day"));
        }
    }
}
