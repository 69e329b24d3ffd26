//! What launches and keysets left in the database, in words. Records hold English sentences; here each is found again by what it
//! says, and told in the language of whoever reads it. A sentence that this version doesn't know stays as it is.

use std::borrow::Cow;

use ::lti::{Phrase, Rule, Stage, fill};
use contract::Check;

use crate::language::Language;

/// A stored sentence in that language.
pub fn stored(text: &str, language: Language) -> Cow<'_, str> {
    match language {
        Language::En => Cow::Borrowed(text),
        Language::De => german(text).unwrap_or(Cow::Borrowed(text)),
    }
}

/// The checks of a launch as they were stored, in that language.
///
/// # Errors
///
/// Where they aren't a record.
pub fn read_checks(json: &str, language: Language) -> Result<Vec<Check>, serde_json::Error> {
    // lti::Check and contract::Check have one form as JSON.
    let mut checks = serde_json::from_str::<Vec<Check>>(json)?;
    translate_checks(&mut checks, language);
    Ok(checks)
}

/// Puts stored checks into that language.
pub fn translate_checks(checks: &mut [Check], language: Language) {
    for check in checks {
        let texts = [&mut check.expected, &mut check.seen, &mut check.remedy];
        for text in texts.into_iter().flatten().chain([&mut check.rule]) {
            *text = stored(text, language).into_owned();
        }
    }
}

fn german(text: &str) -> Option<Cow<'static, str>> {
    let rule = Rule::ALL.iter().find_map(|rule| {
        let Words { asks, remedy } = german_rule(*rule);
        [(rule.asks(), asks), (rule.remedy(), remedy)]
            .into_iter()
            .find_map(|(english, german)| (english == text).then_some(german))
    });
    let stage = || Stage::ALL.into_iter().find(|stage| stage.asks() == text).map(german_stage);
    if let Some(sentence) = rule.or_else(stage) {
        return Some(Cow::Borrowed(sentence));
    }
    let (phrase, values) = Phrase::read(text)?;
    let values: Vec<_> = values.into_iter().map(|value| stored(value, Language::De)).collect();
    Some(Cow::Owned(fill(german_phrase(phrase), &values)))
}

/// What a rule asks, and what to do where it is broken.
struct Words {
    asks: &'static str,
    remedy: &'static str,
}

fn german_rule(rule: Rule) -> Words {
    let (asks, remedy) = match rule {
        Rule::RegistrationUnknown => (
            "Aussteller und Client-ID gehören zu einer Registrierung.",
            "Registrieren Sie die App mit Aussteller und Client-ID, genau wie das LMS sie zeigt.",
        ),
        Rule::RegistrationDeleted => (
            "Die Registrierung gibt es noch.",
            "Registrieren Sie die App neu, oder entfernen Sie das Tool aus dem LMS.",
        ),
        Rule::DeploymentUnlisted => (
            "Die Registrierung hat die Bereitstellung angenommen.",
            "Fügen Sie diese Bereitstellungs-ID der Registrierung hinzu, oder nehmen Sie sie dort an.",
        ),
        Rule::AppWithdrawn => (
            "Der Betreiber bietet die App an.",
            "Löschen Sie die Registrierung, und entfernen Sie das Tool aus dem LMS.",
        ),
        Rule::CookieMissing => (
            "Der Browser bringt das Cookie dieser Anmeldung zurück.",
            "Erlauben Sie Drittanbieter-Cookies für das LMS, oder öffnen Sie die App in einem neuen Fenster.",
        ),
        Rule::CookieMismatch => (
            "Das Cookie ist dasjenige, das bei dieser Anmeldung gesetzt wurde.",
            "Starten Sie die App noch einmal aus dem Kurs, in einem einzigen Browser.",
        ),
        Rule::StorageMismatch => (
            "Der Speicher des LMS gibt den Wert zurück, der bei der Anmeldung hineingelegt wurde.",
            "Starten Sie die App noch einmal aus dem Kurs; bleibt es dabei, öffnen Sie sie in einem neuen Fenster.",
        ),
        Rule::MissingParameter => (
            "Jeder nötige Parameter ist da.",
            "Prüfen Sie, ob Login-URL und Start-URL im LMS vertauscht sind und das Tool für LTI 1.3 eingerichtet ist.",
        ),
        Rule::DuplicateParameter => (
            "Jeder Parameter kommt einmal.",
            "Prüfen Sie, ob die im LMS eingetragenen URLs Parameter enthalten, die das LMS selbst hinzufügt.",
        ),
        Rule::MalformedParameter => (
            "Namen und IDs enthalten keine Steuerzeichen.",
            "Starten Sie die App noch einmal aus dem Kurs; bleibt es dabei, wenden Sie sich an den Support des LMS.",
        ),
        Rule::TooLarge => (
            "Nichts ist länger als erlaubt.",
            "Prüfen Sie die benutzerdefinierten Parameter des Tools im LMS: Es können zu viele oder zu lange sein.",
        ),
        Rule::State => (
            "Der state wurde von diesem Gateway versiegelt.",
            "Starten Sie die App noch einmal aus dem Kurs; die Startseite taugt weder als Lesezeichen noch zum erneuten Senden.",
        ),
        Rule::StateExpired => (
            "Die Anmeldung hat innerhalb der letzten zehn Minuten begonnen.",
            "Starten Sie die App noch einmal aus dem Kurs.",
        ),
        Rule::TokenMalformed => (
            "Das id_token ist ein JWT aus drei base64url-Teilen mit einem JSON-Kopf.",
            "Prüfen Sie, ob das Tool im LMS für LTI 1.3 eingerichtet ist; wenden Sie sich sonst an den Support des LMS.",
        ),
        Rule::Algorithm => (
            "Das id_token ist mit RS256 signiert.",
            "Stellen Sie das LMS auf Signaturen mit RS256 ein.",
        ),
        Rule::KeyId => (
            "Der Kopf des id_token nennt seinen Schlüssel (kid).",
            "Wenden Sie sich an den Support des LMS: Jedes id_token braucht eine kid, auch bei nur einem Schlüssel.",
        ),
        Rule::CriticalHeader => (
            "Der Kopf des id_token hat keine kritischen Erweiterungen (crit).",
            "Wenden Sie sich an den Support des LMS: LTI 1.3 kennt keine kritischen Angaben im Kopf.",
        ),
        Rule::Signature => (
            "Die Signatur stammt vom genannten Schlüssel des LMS.",
            "Prüfen Sie, ob die Keyset-URL der Registrierung diejenige ist, die das LMS zeigt.",
        ),
        Rule::Claims => (
            "Die Angaben sind ein JSON-Objekt, in dem jeder Name einmal steht.",
            "Wenden Sie sich an den Support des LMS: Der Inhalt des id_token ist kein ordentliches JSON-Objekt.",
        ),
        Rule::Issuer => (
            "iss ist der Aussteller der Registrierung, Zeichen für Zeichen.",
            "Registrieren Sie den Aussteller genau so, wie das LMS ihn sendet.",
        ),
        Rule::Audience => (
            "aud ist die Client-ID der Registrierung, und sonst niemand.",
            "Registrieren Sie die Client-ID genau so, wie das LMS sie zeigt.",
        ),
        Rule::AuthorizedParty => (
            "azp ist, wenn vorhanden, die Client-ID der Registrierung.",
            "Registrieren Sie die Client-ID genau so, wie das LMS sie zeigt.",
        ),
        Rule::Expiry => (
            "exp ist eine Zahl.",
            "Wenden Sie sich an den Support des LMS: exp ist Pflicht.",
        ),
        Rule::Expired => (
            "Das id_token ist nicht abgelaufen (exp, 60 Sekunden Spielraum).",
            "Starten Sie die App noch einmal; bleibt es dabei, stellen Sie die Uhr des LMS-Servers.",
        ),
        Rule::IssuedAt => (
            "iat ist eine Zahl.",
            "Wenden Sie sich an den Support des LMS: iat ist Pflicht.",
        ),
        Rule::TooOld => (
            "Das id_token wurde innerhalb der letzten Stunde ausgestellt (iat).",
            "Starten Sie die App noch einmal; bleibt es dabei, stellen Sie die Uhr des LMS-Servers.",
        ),
        Rule::IssuedInFuture => (
            "Das id_token wurde nicht in der Zukunft ausgestellt (iat, 60 Sekunden Spielraum).",
            "Stellen Sie die Uhr des LMS-Servers: Sie geht vor.",
        ),
        Rule::NotYetValid => (
            "Das id_token gilt schon (nbf, 60 Sekunden Spielraum).",
            "Stellen Sie die Uhr des LMS-Servers: Sie geht vor.",
        ),
        Rule::Nonce => (
            "Die nonce ist diejenige, die mit der Anfrage zur Anmeldung gesendet wurde.",
            "Starten Sie die App noch einmal aus dem Kurs; bleibt es dabei, wenden Sie sich an den Support des LMS: Es muss die nonce unverändert zurücksenden.",
        ),
        Rule::Version => (
            "Die LTI-Version ist genau 1.3.0.",
            "Richten Sie das Tool im LMS für LTI 1.3 ein.",
        ),
        Rule::MessageType => (
            "Die Nachricht ist der Start eines Links oder eine Anfrage zur Auswahl von Inhalten.",
            "Platzieren Sie die App im LMS nur als Link oder zur Auswahl von Inhalten (Deep Linking).",
        ),
        Rule::MessageNotOffered => (
            "Die App nimmt diese Art von Nachricht an.",
            "Entfernen Sie im LMS die Platzierung dieser App zur Auswahl von Inhalten (Deep Linking).",
        ),
        Rule::TargetLinkUri => (
            "target_link_uri ist eine http- oder https-URL.",
            "Tragen Sie in den Einstellungen des Tools im LMS die Ziel-URL (target link URL) ein.",
        ),
        Rule::Roles => (
            "roles ist eine Liste, die leer sein darf.",
            "Stellen Sie das LMS so ein, dass es dem Tool Rollen sendet.",
        ),
        Rule::ResourceLink => (
            "resource_link hat eine ID.",
            "Löschen Sie den Link im Kurs, und fügen Sie ihn neu hinzu; bleibt es dabei, wenden Sie sich an den Support des LMS.",
        ),
        Rule::DeepLinkingSettings => (
            "deep_linking_settings hat Rückkehr-URL, Arten und Ziele.",
            "Wenden Sie sich an den Support des LMS: deep_link_return_url, accept_types und accept_presentation_document_targets sind Pflicht.",
        ),
        Rule::Subject => (
            "sub sagt, wer startet.",
            "Stellen Sie das LMS so ein, dass es die ID der Person sendet, oder erlauben Sie anonyme Starts in der Registrierung.",
        ),
        Rule::TooLong => (
            "Keine ID ist länger als 255 Zeichen.",
            "Wenden Sie sich an den Support des LMS: IDs haben höchstens 255 ASCII-Zeichen.",
        ),
        Rule::DeploymentMissing => (
            "deployment_id ist da.",
            "Wenden Sie sich an den Support des LMS: deployment_id ist Pflicht.",
        ),
        Rule::DeploymentMismatch => (
            "deployment_id ist diejenige, die bei der Anmeldung genannt wurde.",
            "Starten Sie die App noch einmal aus dem Kurs; bleibt es dabei, wenden Sie sich an den Support des LMS.",
        ),
        Rule::Replayed => (
            "Der Start wurde noch nicht benutzt.",
            "Starten Sie die App noch einmal aus dem Kurs, statt die Seite neu zu laden.",
        ),
        Rule::KeysetUnreachable => (
            "Die öffentliche Keyset-URL des LMS antwortet.",
            "Prüfen Sie die Keyset-URL der Registrierung, und ob das Netz das Gateway durchlässt.",
        ),
        Rule::KeysetUnreadable => (
            "Die öffentliche Keyset-URL des LMS antwortet mit einem JSON Web Key Set.",
            "Öffnen Sie die Keyset-URL in einem Browser: Sie muss JSON mit einer Liste namens keys zeigen.",
        ),
        Rule::KeyNotFound => (
            "Das öffentliche Keyset des LMS enthält den Schlüssel, den das id_token nennt.",
            "Prüfen Sie, ob die Keyset-URL der Registrierung diejenige ist, die das LMS zeigt; gleich nach einem Wechsel der Schlüssel versuchen Sie es in einer Minute noch einmal.",
        ),
        Rule::NoUsableKey => (
            "Das öffentliche Keyset des LMS enthält einen RSA-Schlüssel für RS256.",
            "Stellen Sie das LMS so ein, dass es einen RSA-Schlüssel mit mindestens 2048 Bit und einer kid veröffentlicht.",
        ),
        Rule::PlatformLoginRequired => (
            "Das LMS erkennt die Person.",
            "Melden Sie sich im LMS neu an; sperrt der Browser Drittanbieter-Cookies, öffnen Sie die App in einem neuen Fenster.",
        ),
        Rule::PlatformAccessDenied => (
            "Das LMS lässt die Person die App starten.",
            "Starten Sie die App noch einmal aus dem Kurs; bleibt es dabei, prüfen Sie im LMS, wer das Tool benutzen darf.",
        ),
        Rule::PlatformUnauthorizedClient => (
            "Das LMS kennt die Client-ID.",
            "Vergleichen Sie die Client-ID der Registrierung mit der, die das LMS zeigt, und prüfen Sie, ob das Tool dort eingeschaltet ist.",
        ),
        Rule::PlatformInvalidRequest => (
            "Das LMS nimmt die Anfrage zur Anmeldung an.",
            "Prüfen Sie die Umleitungs-URL und die Authentifizierungs-URL im LMS und in der Registrierung.",
        ),
        Rule::PlatformServerError => (
            "Das LMS kann antworten.",
            "Versuchen Sie es später noch einmal; wenden Sie sich dann an den Support des LMS.",
        ),
        Rule::PlatformOther => (
            "Das LMS antwortet mit einem id_token.",
            "Starten Sie die App noch einmal aus dem Kurs; bleibt es dabei, wenden Sie sich an den Support des LMS.",
        ),
        Rule::Unexpected => (
            "Das Gateway funktioniert.",
            "Versuchen Sie es später noch einmal; der Betreiber sieht die Ursache anhand der Referenz.",
        ),
        Rule::Unavailable => ("Das Gateway ist verfügbar.", "Versuchen Sie es in einer Minute noch einmal."),
    };
    Words { asks, remedy }
}

fn german_stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Login => "Der Beginn der Anmeldung ist vollständig, und das LMS ist registriert.",
        Stage::Response => "Das LMS beantwortet die Anfrage zur Anmeldung mit einem id_token.",
        Stage::State => "Der state ist derjenige, der mit der Anfrage zur Anmeldung gesendet wurde.",
        Stage::Browser => "Der Browser ist derjenige, der die Anmeldung begonnen hat.",
        Stage::Token => "Das id_token ist ein JWT für RS256, das seinen Schlüssel nennt.",
        Stage::Keyset => "Das öffentliche Keyset des LMS enthält den Schlüssel, der das id_token signiert hat.",
        Stage::Signature => "Das id_token ist vom LMS signiert.",
        Stage::Issuer => "Das id_token ist vom registrierten LMS ausgestellt.",
        Stage::Audience => "Das id_token ist für die registrierte Client-ID ausgestellt.",
        Stage::Times => "Das id_token ist weder abgelaufen noch zu alt noch aus der Zukunft.",
        Stage::Nonce => "Das id_token antwortet auf diese Anmeldung.",
        Stage::Message => "Die Nachricht ist eine vollständige Nachricht von LTI 1.3, die die App annimmt.",
        Stage::Deployment => "Die Bereitstellung gehört zu einer Registrierung.",
        Stage::SingleUse => "Der Start wurde noch nicht benutzt.",
        Stage::HandOver => "Der Start wird der App übergeben.",
    }
}

fn german_phrase(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::Absent => "fehlt",
        Phrase::Present => "vorhanden",
        Phrase::Null => "null",
        Phrase::Boolean => "ein Wahrheitswert",
        Phrase::Number => "eine Zahl",
        Phrase::Text => "ein Text mit {} Zeichen",
        Phrase::Values => "eine Liste mit {} Werten",
        Phrase::Array => "eine Liste",
        Phrase::Members => "ein Objekt mit {} Feldern",
        Phrase::NoText => "(kein Text)",
        Phrase::Bytes => "{} Byte",
        Phrase::BytesAtMost => "höchstens {} Byte",
        Phrase::Id => "1 bis 255 druckbare ASCII-Zeichen",
        Phrase::Age => "{} s alt",
        Phrase::AgeAtMost => "höchstens {} s alt",
        Phrase::Time => "{} (jetzt {})",
        Phrase::Once => "ein Wert",
        Phrase::Twice => "zwei",
        Phrase::Client => "Aussteller {}, Client-ID {}",
        Phrase::ClientIdOfSeveral => "client_id, weil dieser Aussteller mehrere hat",
        Phrase::LoginCookie => "das Cookie dieser Anmeldung",
        Phrase::LoginValue => "der Wert dieser Anmeldung",
        Phrase::OtherValue => "ein anderer Wert",
        Phrase::NoStorage => "ein Wert, obwohl das LMS bei der Anmeldung keinen Speicher angeboten hat",
        Phrase::NoAnswer => "keine Antwort der Seite des LMS",
        Phrase::OwnPage => "ein Wert von der eigenen Seite des Gateways",
        Phrase::OtherPage => "einer von einer anderen Seite",
        Phrase::LmsForm => "das Formular eines LMS",
        Phrase::Method => "die Methode {}",
        Phrase::WholeForm => "ein vollständiges Formular",
        Phrase::BrokenForm => "ein abgebrochenes",
        Phrase::LongForm => "ein längeres Formular",
        Phrase::Form => "ein Formular (application/x-www-form-urlencoded)",
        Phrase::OtherBody => "ein Inhalt anderer Art",
        Phrase::IdToken => "ein id_token",
        Phrase::UnknownError => "ein unbekannter Fehlercode mit {} Zeichen",
        Phrase::RegistrationChanged => "die Registrierung hat sich seit der Anmeldung geändert",
        Phrase::KeySet => "ein JSON Web Key Set",
        Phrase::NoUsableKey => "kein brauchbarer Schlüssel",
        Phrase::NoSuchKey => "ein Keyset ohne diesen Schlüssel",
        Phrase::NoKey => "das Keyset enthält keinen Schlüssel mit dieser ID",
        Phrase::NoLtiKey => "das Keyset enthält keinen Schlüssel, den LTI 1.3 benutzen kann",
        Phrase::AnswerTooLarge => "Die Antwort ist größer als 1 MB.",
        Phrase::AnswerWebPage => "Die Antwort ist eine Webseite, kein JSON.",
        Phrase::AnswerNotJson => "Die Antwort ist kein JSON.",
        Phrase::AnswerNoKeySet => "Die Antwort ist JSON, aber ohne eine Liste namens keys.",
        Phrase::AddressBlocked => "das Gateway darf diese Adresse nicht aufrufen: {}",
        Phrase::NotHttps => "sie ist nicht https",
        Phrase::PrivateNetwork => "sie liegt in einem privaten Netz",
        Phrase::NoConnection => "keine Verbindung: {}",
        Phrase::BadCertificate => "dem Zertifikat ist nicht zu trauen: {}",
        Phrase::CertificateExpired => "es ist abgelaufen",
        Phrase::CertificateName => "es gilt für einen anderen Namen",
        Phrase::CertificateIssuer => {
            "es ist von niemandem ausgestellt, dem Browser trauen, oder der Server lässt ein Zertifikat dazwischen weg"
        }
        Phrase::CertificateOther => "es ist nicht in Ordnung",
        Phrase::Crowded => "schon viele Starts warten auf ihre Antwort",
        Phrase::TimedOut => "keine vollständige Antwort binnen 5 Sekunden",
        Phrase::HttpStatus => "die Antwort hatte den HTTP-Status {}",
        Phrase::Redirected => "die Antwort leitet weiter, mit dem HTTP-Status {}",
        Phrase::TooLong => "die Antwort ist länger als 1 MB",
        Phrase::ByTrailingSlash => {
            "Was das LMS sendet, unterscheidet sich vom registrierten Wert durch einen Schrägstrich am Ende: Registrieren Sie es genau so, wie das LMS es sendet."
        }
        Phrase::BySpaces => {
            "Was das LMS sendet, unterscheidet sich vom registrierten Wert durch Leerzeichen: Registrieren Sie es genau so, wie das LMS es sendet."
        }
        Phrase::ByScheme => {
            "Was das LMS sendet, unterscheidet sich vom registrierten Wert durch http statt https: Registrieren Sie es genau so, wie das LMS es sendet."
        }
        Phrase::ByCapitals => {
            "Was das LMS sendet, unterscheidet sich vom registrierten Wert durch Großbuchstaben: Registrieren Sie es genau so, wie das LMS es sendet."
        }
        Phrase::FurtherAudiences => {
            "Das LMS nennt weitere, unbekannte Empfänger; stellen Sie es so ein, dass es den Start nur für diese Client-ID ausstellt."
        }
        Phrase::OtherTarget => {
            "Die target_link_uri bei der Anmeldung war eine andere als die signierte; nur die signierte zählt."
        }
        Phrase::ClientIdInAddress => {
            "Lassen Sie das LMS client_id senden, oder hängen Sie der dort eingetragenen Anmelde-URL ?client_id= und die Client-ID an."
        }
        Phrase::DeploymentNowWaits => {
            "Die Bereitstellung wartet jetzt in der Registrierung: Nehmen Sie sie dort an, wenn sie Ihre ist."
        }
        Phrase::DeploymentWaits => "Die Bereitstellung wartet in der Registrierung: Nehmen Sie sie dort an, wenn sie Ihre ist.",
        Phrase::DeploymentRemoved => {
            "Die Bereitstellung wurde aus der Registrierung entfernt; nehmen Sie sie dort wieder an, wenn das ein Versehen war."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by its words alone, so two that say the same in English must in German too.
    #[test]
    fn every_rule_and_stage_is_found_by_its_sentence_and_has_german_words_of_its_own() {
        let rules = Rule::ALL.iter().flat_map(|rule| {
            let Words { asks, remedy } = german_rule(*rule);
            [(rule.asks(), asks), (rule.remedy(), remedy)]
        });
        let stages = Stage::ALL.into_iter().map(|stage| (stage.asks(), german_stage(stage)));
        for (english, german) in rules.chain(stages) {
            assert_eq!(stored(english, Language::De), german);
            assert_eq!(stored(english, Language::En), english);
            assert!(german.ends_with('.') && german != english, "{english} is not translated");
        }
    }

    #[test]
    fn every_phrase_has_its_gaps_in_german_too() {
        for phrase in Phrase::ALL {
            let gaps = |words: &str| words.matches("{}").count();
            let german = german_phrase(*phrase);
            assert_eq!(gaps(german), gaps(phrase.words()), "{phrase:?}");
            assert!(
                german != phrase.words() || *phrase == Phrase::Null,
                "{phrase:?} is not translated"
            );
        }
        for (english, german) in [
            ("a string of 12 characters", "ein Text mit 12 Zeichen"),
            ("1795540800 (now 1795544400)", "1795540800 (jetzt 1795544400)"),
            (
                "the gateway may not call this address: it isn't https",
                "das Gateway darf diese Adresse nicht aufrufen: sie ist nicht https",
            ),
            (
                "issuer https://lms.example.edu, client ID absent",
                "Aussteller https://lms.example.edu, Client-ID fehlt",
            ),
            ("https://lms.example.edu", "https://lms.example.edu"),
            ("Of a version before this one.", "Of a version before this one."),
        ] {
            assert_eq!(stored(english, Language::De), german);
        }
    }
}
