//! The words of the inspector's pages, in every language.

use super::token::TokenFault;
use crate::language::Language;

/// What the pages say.
pub(super) struct Words {
    pub(super) opened_from: &'static str,
    pub(super) valid: &'static str,
    pub(super) valid_lead: &'static str,
    pub(super) reference: &'static str,
    /// After the number of custom parameters that the LMS left as they are: for one, and for several.
    unfilled: [&'static str; 2],
    pub(super) unfilled_lead: &'static str,
    pub(super) launch: &'static str,
    pub(super) lms: &'static str,
    pub(super) issuer: &'static str,
    pub(super) client_id: &'static str,
    pub(super) deployment: &'static str,
    pub(super) message: &'static str,
    pub(super) opened_in: &'static str,
    pub(super) who_and_where: &'static str,
    pub(super) user: &'static str,
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) roles: &'static str,
    pub(super) none: &'static str,
    pub(super) course: &'static str,
    pub(super) activity: &'static str,
    pub(super) language: &'static str,
    pub(super) services: &'static str,
    pub(super) grades: &'static str,
    pub(super) members: &'static str,
    pub(super) offered: &'static str,
    pub(super) not_offered: &'static str,
    pub(super) custom: &'static str,
    pub(super) value: &'static str,
    pub(super) not_filled_in: &'static str,
    /// Before and after the number of checks.
    pub(super) checked: [&'static str; 2],
    pub(super) all_claims: &'static str,
    pub(super) kept_nowhere: &'static str,
    pub(super) refused: &'static str,
    pub(super) again: &'static str,
    malformed: &'static str,
    signature: &'static str,
    other_issuer: &'static str,
    audience: &'static str,
    expired: &'static str,
    used: &'static str,
}

impl Words {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &ENGLISH,
            Language::De => &GERMAN,
        }
    }

    /// How many custom parameters the LMS left as they are.
    pub(super) fn unfilled(&self, count: usize) -> String {
        let [one, several] = self.unfilled;
        format!("{count} {}", if count == 1 { one } else { several })
    }

    /// Why a launch can't be shown.
    pub(super) fn fault(&self, fault: &TokenFault) -> &'static str {
        match fault {
            TokenFault::Malformed => self.malformed,
            TokenFault::Signature => self.signature,
            TokenFault::Issuer => self.other_issuer,
            TokenFault::Audience => self.audience,
            TokenFault::Expired => self.expired,
            TokenFault::Used => self.used,
        }
    }
}

static ENGLISH: Words = Words {
    opened_from: "Opened from",
    valid: "This launch is valid",
    valid_lead: "Every check passed, and the app received one launch token, valid for 60 seconds and for one use.",
    reference: "Reference",
    unfilled: ["custom parameter wasn’t filled in.", "custom parameters weren’t filled in."],
    unfilled_lead: "The LMS left the variable as it is: give it a value there, or leave the parameter out.",
    launch: "Launch",
    lms: "LMS",
    issuer: "Issuer",
    client_id: "Client ID",
    deployment: "Deployment",
    message: "Message",
    opened_in: "Opened in",
    who_and_where: "Who and where",
    user: "User",
    name: "Name",
    email: "Email",
    roles: "Roles",
    none: "None",
    course: "Course",
    activity: "Activity",
    language: "Language",
    services: "Services that the LMS offers",
    grades: "Assignments and grades",
    members: "Names and roles",
    offered: "Offered",
    not_offered: "Not offered",
    custom: "Custom parameters",
    value: "Value",
    not_filled_in: "Not filled in",
    checked: ["What the gateway checked:", "passed"],
    all_claims: "All claims as JSON",
    kept_nowhere: "Shown to you only. The inspector keeps nothing.",
    refused: "This launch can’t be shown",
    again: "Open the app from your course again.",
    malformed: "It didn’t come with a launch token of the LMS Gateway.",
    signature: "Its launch token isn’t signed by the LMS Gateway.",
    other_issuer: "Its launch token comes from another gateway.",
    audience: "Its launch token is meant for another app.",
    expired: "Its launch token has expired: it counts for one minute.",
    used: "Its launch token was used already.",
};

static GERMAN: Words = Words {
    opened_from: "Geöffnet aus",
    valid: "Dieser Start ist gültig",
    valid_lead: "Alle Prüfungen sind bestanden; die App hat ein Starttoken erhalten, das 60 Sekunden lang und nur einmal gilt.",
    reference: "Referenz",
    unfilled: [
        "benutzerdefinierter Parameter wurde nicht ausgefüllt.",
        "benutzerdefinierte Parameter wurden nicht ausgefüllt.",
    ],
    unfilled_lead: "Das LMS hat die Variable gelassen, wie sie ist: Geben Sie ihr dort einen Wert, oder lassen Sie den Parameter weg.",
    launch: "Start",
    lms: "LMS",
    issuer: "Aussteller",
    client_id: "Client-ID",
    deployment: "Bereitstellung",
    message: "Nachricht",
    opened_in: "Geöffnet in",
    who_and_where: "Wer und wo",
    user: "Person",
    name: "Name",
    email: "E-Mail",
    roles: "Rollen",
    none: "Keine",
    course: "Kurs",
    activity: "Aktivität",
    language: "Sprache",
    services: "Dienste, die das LMS anbietet",
    grades: "Aufgaben und Noten",
    members: "Namen und Rollen",
    offered: "Angeboten",
    not_offered: "Nicht angeboten",
    custom: "Benutzerdefinierte Parameter",
    value: "Wert",
    not_filled_in: "Nicht ausgefüllt",
    checked: ["Was das Gateway geprüft hat:", "bestanden"],
    all_claims: "Alle Angaben als JSON",
    kept_nowhere: "Nur Sie sehen das. Der Launch inspector behält nichts.",
    refused: "Dieser Start kann nicht gezeigt werden",
    again: "Öffnen Sie die App noch einmal aus dem Kurs.",
    malformed: "Er kam ohne ein Starttoken des LMS Gateways.",
    signature: "Sein Starttoken ist nicht vom LMS Gateway signiert.",
    other_issuer: "Sein Starttoken stammt von einem anderen Gateway.",
    audience: "Sein Starttoken ist für eine andere App bestimmt.",
    expired: "Sein Starttoken ist abgelaufen: Es gilt eine Minute.",
    used: "Sein Starttoken wurde schon benutzt.",
};
