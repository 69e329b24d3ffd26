use domain::Fault;

use crate::language::Language;

/// What is wrong with a value, in one sentence.
pub fn fault(fault: &Fault, language: Language) -> String {
    match language {
        Language::English => fault.detail.clone(),
        Language::German => german(fault).map_or_else(|| fault.detail.clone(), ToOwned::to_owned),
    }
}

fn german(fault: &Fault) -> Option<&'static str> {
    Some(match fault.code {
        "required" if fault.field == "category" => "Wählen Sie aus, worum es geht.",
        "required" => "Hier wird ein Wert gebraucht.",
        "too_long" => "Der Wert ist zu lang.",
        "too_many" => "Das sind zu viele Bereitstellungen auf einmal; weitere lassen sich danach annehmen.",
        "invisible_character" => {
            "Im Wert steht ein unsichtbares Zeichen: Löschen Sie es, oder tippen Sie den Wert ein, statt ihn einzufügen."
        }
        "not_ascii" => "Ein Zeichen kann nicht dazugehören: LMS verwenden hier einfache Buchstaben, Ziffern und Zeichen.",
        "path_step" => "Punkte allein sind keine Bereitstellungs-ID.",
        "not_a_url" => "Das ist keine URL: Sie beginnt mit https:// und einem Hostnamen und enthält keine Leerzeichen.",
        "not_https" => "Die URL muss mit https:// beginnen.",
        "credentials" => "Eine URL mit Benutzernamen oder Kennwort wird nicht angenommen.",
        "fragment" => "Eine URL mit Fragment („#…“) wird nicht angenommen.",
        "query" => "Ein Aussteller hat keine Abfrage („?…“).",
        "private_address" => "Das Gateway erreicht nur öffentliche Adressen; diese gehört zu einem privaten Netz.",
        "unknown_app" => "Dieses Gateway hat keine App mit dieser ID.",
        "unknown_platform" => "Es gibt keine Plattform mit dieser ID.",
        "shared_client" => {
            "Viele Schulen benutzen diese Client-ID; deshalb muss jede Bereitstellung eingetragen werden: Sonst würden auch fremde angenommen."
        }
        "issuer_of_another_platform" => "Das ist der Aussteller eines anderen LMS: Wählen Sie dieses als Plattform.",
        "fixed_value" => "Auf dieser Plattform hat das Feld immer denselben Wert; er steht in den Angaben zur Plattform.",
        "not_an_address" => "Das ist keine E-Mail-Adresse wie name@schule.example.",
        "malformed" => "Eine Referenz hat drei Gruppen aus vier Buchstaben und Ziffern, wie 5TFA-R7YN-2K8Q.",
        _ => return None,
    })
}
