use domain::FailureReason;
use lti::FindingReason;
use serde_json::Value;

use super::{failure, stored};
use crate::{key_sets::KeyFault, language::Language, outbound::FetchFault, registrations::Found};

/// A finding in words.
pub struct Words {
    /// What was seen.
    pub seen: String,
    /// What to do.
    pub remedy: String,
}

/// What a check found.
pub fn found(found: &Found, language: Language) -> Words {
    let (seen, remedy) = match language {
        Language::English => english(found),
        Language::German => german(found),
    };
    Words {
        seen,
        remedy: remedy.to_owned(),
    }
}

/// A value as somebody entered it, short enough to be shown.
pub fn entered(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    text.trim().chars().filter(|c| !c.is_control()).take(300).collect()
}

const NOTHING_TO_DO: &str = "Nothing needs to be done.";

fn english(found: &Found) -> (String, &str) {
    match found {
        Found::TrailingSlash => (
            "The issuer ends in a slash.".to_owned(),
            "Most LMSs' issuers have none, and it must match exactly: compare it with what the LMS shows.",
        ),
        Found::Http { .. } => (
            "The address begins with http://.".to_owned(),
            "That is for development only; a production gateway asks for https://.",
        ),
        Found::OtherHost { host, .. } => (
            format!("The address is on {host}, which isn't the issuer's host."),
            "That may be so; compare both with what the LMS shows.",
        ),
        Found::SameAddress { other, .. } => (
            format!("The address is the same as in {other}."),
            "Each of these addresses has a task of its own: compare them with what the LMS shows.",
        ),
        Found::Unusual { usual, lms, .. } => (
            format!("On {lms} this usually is {usual}"),
            "Compare the value with what the LMS shows.",
        ),
        Found::HostedCanvas { host, .. } => (
            format!("The address is on {host}: that is Canvas hosted by Instructure."),
            "Canvas on your own servers has its own keys and addresses: enter those of your Canvas. If Instructure hosts it, choose Canvas as the platform.",
        ),
        Found::NoAudience => (
            "No access token audience was entered.".to_owned(),
            "Brightspace shows one, as Brightspace OAuth2 Audience; the app's services need it.",
        ),
        Found::NoAccessTokenUrl => (
            "No access token URL was entered.".to_owned(),
            "Launches work without it. Apps that read the course's members or write grades need it.",
        ),
        Found::NoDeployment { shared: true } => (
            "No deployment was entered.".to_owned(),
            "Many schools use this client ID: launches are refused until the deployment is entered here.",
        ),
        Found::NoDeployment { shared: false } => (
            "No deployment was entered.".to_owned(),
            "The first launch brings it; it then waits here for your decision.",
        ),
        Found::Discovered => (
            "What the LMS says of itself agrees with the values.".to_owned(),
            NOTHING_TO_DO,
        ),
        Found::Undiscovered { theirs, .. } => (
            format!("The LMS says of itself that this is {theirs}"),
            "Enter the LMS's value, unless its administrator knows better.",
        ),
        Found::KeyIgnored { key, reason } => (
            format!("{key} isn't used. {}", reason.sentence()),
            "That does no harm, as long as the LMS signs with another key of the keyset.",
        ),
        Found::NoUsableKey => (
            "The keyset has no key that LTI 1.3 can use.".to_owned(),
            "The LMS must publish an RSA key of at least 2048 bits with a kid, for RS256.",
        ),
        Found::Keyset { usable: 1 } => (
            "The keyset was fetched and has 1 key that can be used.".to_owned(),
            NOTHING_TO_DO,
        ),
        Found::Keyset { usable } => (
            format!("The keyset was fetched and has {usable} keys that can be used."),
            NOTHING_TO_DO,
        ),
        Found::NoKeyset(fault) => (
            match fault {
                KeyFault::Fetch(FetchFault::Blocked(why)) => format!("The gateway may not call the keyset URL: {why}."),
                KeyFault::Fetch(FetchFault::Certificate(why)) => format!("The keyset URL's certificate can't be trusted: {why}."),
                KeyFault::Fetch(FetchFault::Status(status)) => format!("The keyset URL answered with HTTP status {status}."),
                KeyFault::Fetch(FetchFault::Redirected(status)) => {
                    format!("The keyset URL redirects elsewhere (HTTP status {status}).")
                }
                KeyFault::Fetch(fault) => format!("The keyset URL could not be fetched: {fault}."),
                KeyFault::Unreadable(why) => why.to_string(),
                KeyFault::KeyNotFound => "The keyset has no keys.".to_owned(),
            },
            match fault {
                KeyFault::Fetch(FetchFault::Blocked(_)) => {
                    "Use the LMS's public https address, or ask the operator to allow this host."
                }
                KeyFault::Fetch(FetchFault::Status(_)) => {
                    "Compare the keyset URL with what the LMS shows, and check that it may be opened without signing in."
                }
                KeyFault::Fetch(FetchFault::Certificate(_)) => {
                    "The LMS's administrator renews the certificate, or has the server send the whole chain."
                }
                KeyFault::Fetch(FetchFault::Redirected(_)) => "Enter the address to which it leads, if that is the LMS's.",
                KeyFault::Fetch(_) => "Check the address, and that the school's network lets the gateway through.",
                KeyFault::Unreadable(_) | KeyFault::KeyNotFound => "The keyset URL must answer with a JSON Web Key Set.",
            },
        ),
        Found::Fails(reason) => (
            failure(*reason).of(Language::English).to_owned(),
            match reason {
                FailureReason::DeploymentsRejected => "Accept the deployment that is to work, or delete the registration.",
                FailureReason::LaunchesRefused => "Look at its launches: each says which check failed, and what to do.",
            },
        ),
        Found::Fault { entered, detail, .. } if entered.is_empty() => ("Nothing was entered.".to_owned(), detail.as_str()),
        Found::Fault { entered, detail, .. } => (format!("“{entered}” was entered."), detail.as_str()),
        Found::Taken { code, detail, .. } => (
            detail.of(Language::English).to_owned(),
            match *code {
                "registration.duplicate" => "It is in the list of registrations; its details offer Delete and add again.",
                "registration.platform_differs" => {
                    "Compare both with what the LMS shows; the one that is wrong is deleted and added again."
                }
                "registration.replaces_not_found" => "Begin again, from the list of registrations.",
                "registration.too_many" | "registration.too_many_unconfirmed" => "Then check again.",
                _ => "If they agree, ask the operator of this gateway.",
            },
        ),
    }
}

fn german(found: &Found) -> (String, &str) {
    match found {
        Found::TrailingSlash => (
            "Der Aussteller endet mit einem Schrägstrich.".to_owned(),
            "Bei den meisten LMS ist das nicht so, und er muss genau stimmen: Vergleichen Sie ihn mit dem, was das LMS zeigt.",
        ),
        Found::Http { .. } => (
            "Die Adresse beginnt mit http://.".to_owned(),
            "Das geht nur in der Entwicklung; ein Gateway im Betrieb verlangt https://.",
        ),
        Found::OtherHost { host, .. } => (
            format!("Die Adresse liegt auf {host}, der Aussteller auf einem anderen Host."),
            "Das kann so sein; vergleichen Sie beides mit dem, was das LMS zeigt.",
        ),
        Found::SameAddress { other, .. } => (
            format!("Die Adresse ist dieselbe wie in {other}."),
            "Jede dieser Adressen hat eine eigene Aufgabe: Vergleichen Sie sie mit dem, was das LMS zeigt.",
        ),
        Found::Unusual { usual, lms, .. } => (
            format!("Bei {lms} ist das gewöhnlich {usual}"),
            "Vergleichen Sie den Wert mit dem, was das LMS zeigt.",
        ),
        Found::HostedCanvas { host, .. } => (
            format!("Die Adresse liegt auf {host}: Das ist Canvas, das Instructure betreibt."),
            "Canvas auf eigenen Servern hat eigene Schlüssel und Adressen: Tragen Sie die Ihres Canvas ein. Wenn Instructure es betreibt, wählen Sie Canvas als Plattform.",
        ),
        Found::NoAudience => (
            "Es wurde keine Zielgruppe für Zugriffstoken eingetragen.".to_owned(),
            "Brightspace zeigt sie als Brightspace OAuth2 Audience; die Dienste der App brauchen sie.",
        ),
        Found::NoAccessTokenUrl => (
            "Es wurde keine Zugriffstoken-URL eingetragen.".to_owned(),
            "Starts gehen auch so. Apps, die Kursmitglieder lesen oder Noten schreiben, brauchen sie.",
        ),
        Found::NoDeployment { shared: true } => (
            "Es wurde keine Bereitstellung eingetragen.".to_owned(),
            "Viele Schulen benutzen diese Client-ID: Starts werden abgelehnt, bis die Bereitstellung hier eingetragen ist.",
        ),
        Found::NoDeployment { shared: false } => (
            "Es wurde keine Bereitstellung eingetragen.".to_owned(),
            "Der erste Start bringt sie mit; dann wartet sie hier auf Ihre Entscheidung.",
        ),
        Found::Discovered => (
            "Was das LMS über sich sagt, stimmt mit den Werten überein.".to_owned(),
            GERMAN_NOTHING,
        ),
        Found::Undiscovered { theirs, .. } => (
            format!("Das LMS nennt für sich selbst {theirs}"),
            "Tragen Sie den Wert des LMS ein, wenn dessen Administrator es nicht besser weiß.",
        ),
        Found::KeyIgnored { key, reason } => (
            format!("{key} wird nicht benutzt. {}", german_reason(*reason)),
            "Das schadet nicht, solange das LMS mit einem anderen Schlüssel des Keysets signiert.",
        ),
        Found::NoUsableKey => (
            "Das Keyset enthält keinen Schlüssel, den LTI 1.3 benutzen kann.".to_owned(),
            "Das LMS muss einen RSA-Schlüssel mit mindestens 2048 Bit und einer kid veröffentlichen, für RS256.",
        ),
        Found::Keyset { usable: 1 } => (
            "Das Keyset wurde abgerufen und enthält 1 brauchbaren Schlüssel.".to_owned(),
            GERMAN_NOTHING,
        ),
        Found::Keyset { usable } => (
            format!("Das Keyset wurde abgerufen und enthält {usable} brauchbare Schlüssel."),
            GERMAN_NOTHING,
        ),
        Found::NoKeyset(fault) => german_fault(fault),
        Found::Fails(reason) => (
            failure(*reason).of(Language::German).to_owned(),
            match reason {
                FailureReason::DeploymentsRejected => {
                    "Nehmen Sie die Bereitstellung an, die gelten soll, oder löschen Sie die Registrierung."
                }
                FailureReason::LaunchesRefused => {
                    "Sehen Sie sich die Starts an: Jeder sagt, welche Prüfung fehlschlug und was zu tun ist."
                }
            },
        ),
        Found::Fault { entered, detail, .. } if entered.is_empty() => {
            ("Es wurde nichts eingetragen.".to_owned(), detail.as_str())
        }
        Found::Fault { entered, detail, .. } => (format!("Eingetragen wurde „{entered}“."), detail.as_str()),
        Found::Taken { code, detail, .. } => (
            detail.of(Language::German).to_owned(),
            match *code {
                "registration.duplicate" => {
                    "Sie steht in der Liste der Registrierungen; ihre Details bieten Löschen und neu hinzufügen."
                }
                "registration.platform_differs" => {
                    "Vergleichen Sie beide mit dem, was das LMS zeigt; die falsche wird gelöscht und neu hinzugefügt."
                }
                "registration.replaces_not_found" => "Beginnen Sie von vorn, in der Liste der Registrierungen.",
                "registration.too_many" | "registration.too_many_unconfirmed" => "Prüfen Sie danach noch einmal.",
                _ => "Wenn es übereinstimmt, fragen Sie den Betreiber dieses Gateways.",
            },
        ),
    }
}

fn german_fault(fault: &KeyFault) -> (String, &'static str) {
    match fault {
        KeyFault::Fetch(FetchFault::Blocked(_)) => (
            "Das Gateway darf die Keyset-URL nicht aufrufen: Sie ist nicht https oder liegt in einem privaten Netz.".to_owned(),
            "Nehmen Sie die öffentliche https-Adresse des LMS, oder bitten Sie den Betreiber, diesen Host zu erlauben.",
        ),
        KeyFault::Fetch(FetchFault::Status(status)) => (
            format!("Die Keyset-URL antwortete mit dem HTTP-Status {status}."),
            "Vergleichen Sie die URL mit dem, was das LMS zeigt, und prüfen Sie, ob sie ohne Anmeldung zu öffnen ist.",
        ),
        KeyFault::Fetch(FetchFault::Redirected(status)) => (
            format!("Die Keyset-URL leitet weiter (HTTP-Status {status})."),
            "Tragen Sie die Adresse ein, zu der sie führt, wenn das die des LMS ist.",
        ),
        KeyFault::Fetch(FetchFault::Certificate(why)) => (
            format!(
                "Dem Zertifikat der Keyset-URL ist nicht zu trauen: {}.",
                stored(why.words(), Language::German)
            ),
            "Der Administrator des LMS erneuert das Zertifikat oder lässt den Server die ganze Kette senden.",
        ),
        KeyFault::Fetch(FetchFault::TimedOut) => (
            "Von der Keyset-URL kam binnen 5 Sekunden keine vollständige Antwort.".to_owned(),
            GERMAN_NETWORK,
        ),
        KeyFault::Fetch(FetchFault::Crowded) => (
            "Schon viele warten auf die Antwort der Keyset-URL.".to_owned(),
            GERMAN_NETWORK,
        ),
        KeyFault::Fetch(FetchFault::TooLong) => ("Die Antwort der Keyset-URL ist länger als 1 MB.".to_owned(), GERMAN_KEYSET),
        KeyFault::Fetch(FetchFault::Unreachable(cause)) => (
            format!("Die Keyset-URL ist nicht zu erreichen: {}.", stored(cause, Language::German)),
            GERMAN_NETWORK,
        ),
        KeyFault::Unreadable(why) => (stored(&why.to_string(), Language::German).into_owned(), GERMAN_KEYSET),
        KeyFault::KeyNotFound => ("Das Keyset enthält keine Schlüssel.".to_owned(), GERMAN_KEYSET),
    }
}

const GERMAN_NOTHING: &str = "Es ist nichts zu tun.";
const GERMAN_NETWORK: &str = "Prüfen Sie die Adresse, und ob das Netz der Schule das Gateway durchlässt.";
const GERMAN_KEYSET: &str = "Die Keyset-URL muss mit einem JSON Web Key Set antworten.";

fn german_reason(reason: FindingReason) -> &'static str {
    match reason {
        FindingReason::NoKid => "Er hat keine kid; kein id_token kann ihn nennen.",
        FindingReason::NotRsa => "Es ist kein RSA-Schlüssel.",
        FindingReason::OtherAlgorithm => "Er ist für ein anderes Verfahren als RS256.",
        FindingReason::NotForSignatures => "Er ist nicht für Signaturen bestimmt.",
        FindingReason::Size => "Er hat weniger als 2048 oder mehr als 8192 Bit.",
        FindingReason::Unreadable => "Er ist nicht zu lesen.",
        FindingReason::Ambiguous => "Ein anderer Schlüssel hat dieselbe kid.",
        FindingReason::TooMany => "Er kommt nach den ersten hundert.",
    }
}
