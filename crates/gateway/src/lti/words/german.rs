//! German.

use ::lti::Family;

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
