//! German.

use ::lti::{Family, Rule};

use super::{BrowserSteps, Common, Words};
use crate::browser::Browser;

pub(super) fn of(family: Family) -> Words {
    let (title, lead, advice) = match family {
        Family::CookiesNotFound => (
            "Cookies wurden nicht gefunden",
            "Ihr Browser hat nicht behalten, was zum Öffnen dieser App nötig ist.",
            "Damit sie sich immer öffnen lässt, erlauben Sie Drittanbieter-Cookies für Ihr LMS:",
        ),
        Family::RegistrationNotFound => (
            "Registrierungsdetails nicht gefunden",
            "Die Registrierung dieser App wurde nicht abgeschlossen, oder sie wurde gelöscht.",
            "Bitten Sie Ihre IT-Administration, die Registrierung abzuschließen. Geben Sie ihr diese Referenz.",
        ),
        Family::LaunchInvalid => (
            "Einige Angaben des LMS sind ungültig",
            "Was Ihr LMS gesendet hat, entspricht nicht LTI 1.3.",
            "Öffnen Sie die App noch einmal aus dem Kurs. Hilft das nicht, bitten Sie Ihre IT-Administration, sich an den Support zu wenden. Geben Sie ihr diese Referenz.",
        ),
        Family::KeysetUnavailable => (
            "Probleme mit der öffentlichen Keyset-URL des LMS",
            "Die Schlüssel Ihres LMS, die diesen Start als echt ausweisen, lassen sich nicht verwenden.",
            "Bitten Sie Ihre IT-Administration zu prüfen, ob die Keyset-URL der Registrierung stimmt und das Netzwerk das LMS Gateway durchlässt. Geben Sie ihr diese Referenz.",
        ),
        Family::PlatformError => (
            "Ihr LMS hat den Start abgebrochen",
            "Die App ließ sich nicht öffnen, weil das LMS selbst mit einem Fehler geantwortet hat.",
            "Öffnen Sie die App noch einmal aus dem Kurs. Hilft das nicht, fragen Sie Ihre IT-Administration. Geben Sie ihr diese Referenz.",
        ),
        Family::Internal => (
            "Etwas ist schiefgegangen",
            "Die App ließ sich nicht öffnen, und das liegt an uns.",
            "Versuchen Sie es in einer Minute noch einmal. Hilft das nicht, melden Sie das Problem mit dieser Referenz.",
        ),
    };
    Words {
        title,
        lead,
        advice,
        common: &COMMON,
    }
}

pub(super) static COMMON: Common = Common {
    reference: "Referenz",
    copy: "Kopieren",
    copy_reference: "Referenz kopieren",
    copied: "Kopiert",
    copy_by_hand: "Markieren Sie die Referenz und kopieren Sie sie mit der Tastatur.",
    report: "Problem melden",
    back: "Zurück zum Kurs",
    over: "Dieser Start ist vorbei",
    once: "Ein Start öffnet die App einmal, innerhalb von zehn Minuten.",
    managed_browser: "Wird der Browser von Ihrer Schule verwaltet? Geben Sie die Referenz Ihrer IT-Abteilung.",
    deployment_for_administrator: "Sie verwalten dieses LMS: Geben Sie diese Bereitstellungs-ID an die Verantwortlichen der Registrierung weiter:",
    calls_from: "Für Ihre IT-Administration: Anfragen des LMS Gateways kommen von",
    calls_as: "Für Ihre IT-Administration: Das LMS Gateway meldet sich mit dem User-Agent",
    your_lms: "die Adresse Ihres LMS",
    cookies: [
        BrowserSteps {
            browser: Browser::Edge,
            name: "Microsoft Edge",
            settings: "Öffnen Sie Einstellungen › Cookies und Websiteberechtigungen › Cookies und Websitedaten verwalten und löschen.",
            enter: Some("Wählen Sie unter Zulassen die Schaltfläche Hinzufügen und geben Sie ein:"),
        },
        BrowserSteps {
            browser: Browser::Chrome,
            name: "Google Chrome",
            settings: "Öffnen Sie Einstellungen › Datenschutz und Sicherheit › Drittanbieter-Cookies.",
            enter: Some("Wählen Sie unter Benutzerdefiniertes Verhalten die Schaltfläche Hinzufügen und geben Sie ein:"),
        },
        BrowserSteps {
            browser: Browser::Firefox,
            name: "Firefox",
            settings: "Öffnen Sie Einstellungen › Datenschutz & Sicherheit › Cookies und Website-Daten › Ausnahmen verwalten.",
            enter: Some("Wählen Sie Erlauben und Änderungen speichern nach der Eingabe von:"),
        },
        BrowserSteps {
            browser: Browser::Safari,
            name: "Safari",
            settings: "Öffnen Sie Einstellungen › Datenschutz und schalten Sie Websiteübergreifendes Tracking verhindern aus.",
            enter: None,
        },
    ],
    this_browser: "Dieser Browser",
    come_back: "Kommen Sie zurück und wählen Sie „Hier noch einmal versuchen“.",
    reopen: "Öffnen Sie die App noch einmal aus dem Kurs.",
    managed: "Von der Schule verwalteter Browser",
    managed_chromium: "Edge und Chrome: Ihre IT-Abteilung erlaubt es mit der Richtlinie",
    managed_firefox: "Firefox: Ihre IT-Abteilung erlaubt es mit der Richtlinie",
    opening: "Die App wird geöffnet …",
    go_on: "Weiter",
    without_scripts: "JavaScript ist in diesem Browser ausgeschaltet: Wählen Sie Weiter.",
    window_title: "Die App in einem neuen Fenster öffnen",
    window_lead: "Ihr Browser lässt die App innerhalb Ihres LMS kein Cookie behalten. In einem eigenen Fenster lässt sie sich öffnen.",
    window_opened: "Die App öffnet sich im neuen Fenster. Erscheint sie dort nicht, öffnen Sie sie noch einmal aus dem Kurs.",
    open_window: "In neuem Fenster öffnen",
    again: "Hier noch einmal versuchen",
    open: ("", "öffnen"),
};

pub(super) fn sentence(rule: Rule) -> &'static str {
    match rule {
        Rule::RegistrationUnknown => "Dieses LMS ist für die App nicht registriert.",
        Rule::RegistrationDeleted => "Die Registrierung dieses LMS wurde gelöscht.",
        Rule::DeploymentUnlisted => "Diese Installation der App im LMS ist noch nicht registriert.",
        Rule::AppWithdrawn => "Die App wird nicht mehr angeboten.",
        Rule::CookieMissing => "Der Browser hat das Cookie nicht behalten, das zu Beginn des Starts gesetzt wurde.",
        Rule::CookieMismatch => "Der Start wurde in einem anderen Browser begonnen.",
        Rule::StorageMismatch => "Die Seite des LMS hat nicht zurückgegeben, was zu Beginn des Starts gespeichert wurde.",
        Rule::MissingParameter => "Das LMS hat einen Wert weggelassen, den jeder Start braucht.",
        Rule::DuplicateParameter => "Das LMS hat einen Wert zweimal gesendet.",
        Rule::MalformedParameter => "Das LMS hat einen Wert gesendet, der nicht lesbar ist.",
        Rule::TooLarge => "Das LMS hat mehr Daten gesendet, als ein Start haben darf.",
        Rule::State => "Der Start hat nicht hier begonnen, oder seine Daten wurden unterwegs verändert.",
        Rule::StateExpired => "Zwischen Beginn und Ende des Starts ist zu viel Zeit vergangen.",
        Rule::TokenMalformed | Rule::Claims => "Das LMS hat einen Start gesendet, der nicht lesbar ist.",
        Rule::Algorithm => "Das LMS hat den Start auf eine Weise signiert, die LTI 1.3 nicht erlaubt.",
        Rule::KeyId => "Das LMS hat nicht gesagt, mit welchem seiner Schlüssel der Start signiert ist.",
        Rule::CriticalHeader => "Das LMS hat den Start mit einer Erweiterung signiert, die LTI 1.3 nicht kennt.",
        Rule::Signature => "Der Start ist nicht von dem LMS signiert, das registriert ist.",
        Rule::Issuer => "Der Start nennt ein anderes LMS als das registrierte.",
        Rule::Audience | Rule::AuthorizedParty => "Der Start ist für eine andere App bestimmt.",
        Rule::Expiry => "Das LMS hat nicht gesagt, bis wann der Start gilt.",
        Rule::Expired => "Der Start ist abgelaufen.",
        Rule::IssuedAt => "Das LMS hat nicht gesagt, von wann der Start ist.",
        Rule::TooOld => "Der Start liegt zu lange zurück.",
        Rule::IssuedInFuture => "Der Start trägt ein Datum in der Zukunft.",
        Rule::NotYetValid => "Der Start gilt noch nicht.",
        Rule::Nonce => "Der Start gehört nicht zu der Anmeldung, die begonnen wurde.",
        Rule::Version => "Das LMS hat eine andere LTI-Version als 1.3.0 gesendet.",
        Rule::MessageType => "Das LMS hat eine Art von Nachricht gesendet, die nicht unterstützt wird.",
        Rule::MessageNotOffered => "Die App nimmt keine Anfragen zur Auswahl von Inhalten an.",
        Rule::TargetLinkUri => "Das LMS hat nicht gesagt, was der Start öffnen soll.",
        Rule::Roles => "Das LMS hat nicht gesagt, welche Rolle die Person hat.",
        Rule::ResourceLink => "Das LMS hat nicht gesagt, von welchem Link im Kurs der Start kommt.",
        Rule::DeepLinkingSettings => "Die Anfrage des LMS zur Auswahl von Inhalten ist unvollständig.",
        Rule::Subject => "Das LMS hat nicht gesagt, wer die App startet.",
        Rule::TooLong => "Das LMS hat eine Kennung gesendet, die länger ist, als LTI 1.3 erlaubt.",
        Rule::DeploymentMissing => "Das LMS hat nicht gesagt, von welcher Installation der App der Start kommt.",
        Rule::DeploymentMismatch => "Der Start endete in einer anderen Installation der App, als er begann.",
        Rule::Replayed => "Dieser Start wurde schon verwendet.",
        Rule::KeysetUnreachable => "Die öffentliche Keyset-URL des LMS antwortet nicht.",
        Rule::KeysetUnreadable => "Die öffentliche Keyset-URL des LMS antwortet nicht mit Schlüsseln.",
        Rule::KeyNotFound => "Der Schlüssel, mit dem der Start signiert ist, fehlt im öffentlichen Keyset des LMS.",
        Rule::NoUsableKey => "Das öffentliche Keyset des LMS hat keinen Schlüssel, den LTI 1.3 verwenden kann.",
        Rule::PlatformLoginRequired => "Das LMS sagt, dass Sie dort nicht angemeldet sind.",
        Rule::PlatformAccessDenied => "Das LMS sagt, dass Sie diese App nicht öffnen dürfen.",
        Rule::PlatformUnauthorizedClient => "Das LMS sagt, dass es diese App nicht kennt.",
        Rule::PlatformInvalidRequest => "Das LMS nimmt die Anfrage nicht an, die es erhalten hat.",
        Rule::PlatformServerError => "Das LMS hat selbst eine Störung.",
        Rule::PlatformOther => "Das LMS hat den Start mit einem Fehler abgebrochen.",
        Rule::Unexpected => "Auf unserer Seite ist etwas schiefgegangen.",
        Rule::Unavailable => "Der Dienst ist im Augenblick nicht verfügbar.",
    }
}
