use crate::language::Language;

/// A sentence of a preset: where an LMS's administrator finds a value, or what to do there. Names of pages and fields stay the LMS's.
pub fn preset(sentence: &str, language: Language) -> &str {
    match language {
        Language::English => sentence,
        Language::German => german(sentence).unwrap_or(sentence),
    }
}

fn german(sentence: &str) -> Option<&'static str> {
    GERMAN
        .iter()
        .find(|(english, _)| *english == sentence)
        .map(|(_, german)| *german)
}

const GERMAN: &[(&str, &str)] = &[
    (
        "Admin > Developer Keys: the number in the Details column. For an inherited key, the published client ID.",
        "Admin > Developer Keys: die Zahl in der Spalte Details. Bei einem geerbten Schlüssel die veröffentlichte Client-ID.",
    ),
    (
        "Settings > Apps > View App Configurations > the app's gear > Deployment Id; it looks like 10408:7db438…",
        "Settings > Apps > View App Configurations > Zahnrad der App > Deployment Id; sie sieht aus wie 10408:7db438…",
    ),
    (
        "In Canvas, go to Admin > Developer Keys and choose + Developer Key > LTI Key.",
        "Öffnen Sie in Canvas Admin > Developer Keys und wählen Sie + Developer Key > LTI Key.",
    ),
    (
        "Choose the method Paste JSON, paste the configuration, set the Privacy Level to Public and save.",
        "Wählen Sie die Methode Paste JSON, fügen Sie die Konfiguration ein, stellen Sie Privacy Level auf Public und speichern Sie.",
    ),
    (
        "Turn the key's State On and copy the number in the Details column: it is the client ID.",
        "Stellen Sie State des Schlüssels auf On und kopieren Sie die Zahl in der Spalte Details: Das ist die Client-ID.",
    ),
    (
        "Go to Settings > Apps > View App Configurations, choose + App, the Configuration Type By Client ID, and submit the client ID.",
        "Öffnen Sie Settings > Apps > View App Configurations, wählen Sie + App und den Configuration Type By Client ID, und senden Sie die Client-ID ab.",
    ),
    (
        "Open the app's gear > Deployment Id and copy it.",
        "Öffnen Sie das Zahnrad der App > Deployment Id und kopieren Sie sie.",
    ),
    ("The same for every school.", "Für alle Schulen gleich."),
    (
        "The application ID from the Developer Portal; it is the same for every school.",
        "Die Application ID aus dem Developer Portal; sie ist für alle Schulen gleich.",
    ),
    (
        "Admin Panel > LTI Tool Providers: shown when the tool is registered, one for each Learn site.",
        "Admin Panel > LTI Tool Providers: wird beim Registrieren des Tools gezeigt, eine für jede Learn-Instanz.",
    ),
    ("Follows from the client ID.", "Folgt aus der Client-ID."),
    (
        "In Blackboard, go to Admin Panel > LTI Tool Providers > Register LTI 1.3/Advantage Tool.",
        "Öffnen Sie in Blackboard Admin Panel > LTI Tool Providers > Register LTI 1.3/Advantage Tool.",
    ),
    (
        "Enter the app's Client ID and choose Submit; the other settings come filled in.",
        "Tragen Sie die Client ID der App ein und wählen Sie Submit; die übrigen Einstellungen sind schon ausgefüllt.",
    ),
    (
        "Set the Tool Status to Approved; under Institution Policies send Role in Course, Name and Email Address.",
        "Stellen Sie Tool Status auf Approved; senden Sie unter Institution Policies Role in Course, Name und Email Address.",
    ),
    (
        "Copy the Deployment ID. Every Learn site has its own.",
        "Kopieren Sie die Deployment ID. Jede Learn-Instanz hat eine eigene.",
    ),
    (
        "App Center > My Developer Apps > Options > API Info; for a published app, the publisher's.",
        "App Center > My Developer Apps > Options > API Info; bei einer veröffentlichten App die des Herausgebers.",
    ),
    (
        "App Center > Organization Apps > Configure.",
        "App Center > Organization Apps > Configure.",
    ),
    (
        "In Schoology, open the App Center and choose Install LTI 1.3 App on the app's page.",
        "Öffnen Sie in Schoology das App Center und wählen Sie auf der Seite der App Install LTI 1.3 App.",
    ),
    (
        "Choose I agree, Continue and Add to Organization.",
        "Wählen Sie I agree, Continue und Add to Organization.",
    ),
    (
        "In Organization Apps choose Configure and copy the Deployment ID.",
        "Wählen Sie in Organization Apps Configure und kopieren Sie die Deployment ID.",
    ),
    (
        "Choose Install/Remove > All Courses.",
        "Wählen Sie Install/Remove > All Courses.",
    ),
    (
        "Site administration > Plugins > Activity modules > External tool > Manage tools > View configuration details.",
        "Website-Administration > Plugins > Aktivitäten > Externes Tool > Tools verwalten > Konfigurationsdetails ansehen (View configuration details).",
    ),
    (
        "Go to Site administration > Plugins > Activity modules > External tool > Manage tools and choose configure a tool manually.",
        "Öffnen Sie Website-Administration > Plugins > Aktivitäten > Externes Tool > Tools verwalten und wählen Sie, ein Tool von Hand zu konfigurieren (configure a tool manually).",
    ),
    (
        "Set the LTI version to LTI 1.3 and the Public key type to Keyset URL, and enter the gateway keys.",
        "Stellen Sie LTI version auf LTI 1.3 und Public key type auf Keyset URL, und tragen Sie die Gateway-Schlüssel ein.",
    ),
    (
        "Under Privacy let the launch share name and email, and check Force SSL. Choose Save changes.",
        "Lassen Sie unter Privacy Namen und E-Mail-Adresse mitgeben, und haken Sie Force SSL an. Wählen Sie Save changes.",
    ),
    (
        "On the tool's card choose View configuration details: these are the values to enter here.",
        "Wählen Sie auf der Karte des Tools View configuration details: Das sind die Werte, die hier einzutragen sind.",
    ),
    (
        "In each course, turn on Show in activity chooser under More > LTI External tools.",
        "Schalten Sie in jedem Kurs unter More > LTI External tools Show in activity chooser ein.",
    ),
    (
        "Admin Tools > Manage Extensibility > LTI Advantage > the registered tool.",
        "Admin Tools > Manage Extensibility > LTI Advantage > das registrierte Tool.",
    ),
    (
        "Admin Tools > External Learning Tools > New Deployment; it is shown once the deployment was created.",
        "Admin Tools > External Learning Tools > New Deployment; sie wird gezeigt, sobald die Bereitstellung angelegt ist.",
    ),
    (
        "Go to Admin Tools > Manage Extensibility > LTI Advantage, choose Register Tool > Standard and enter the gateway keys.",
        "Öffnen Sie Admin Tools > Manage Extensibility > LTI Advantage, wählen Sie Register Tool > Standard und tragen Sie die Gateway-Schlüssel ein.",
    ),
    (
        "Choose Register: the values to enter here are shown.",
        "Wählen Sie Register: Die Werte, die hier einzutragen sind, werden gezeigt.",
    ),
    (
        "Go to Admin Tools > External Learning Tools > New Deployment; check all Security Settings except Anonymous, and leave Open as External Resource unchecked.",
        "Öffnen Sie Admin Tools > External Learning Tools > New Deployment; haken Sie alle Security Settings außer Anonymous an, nicht aber Open as External Resource.",
    ),
    (
        "Add the org units, choose Create Deployment and copy the Deployment ID.",
        "Fügen Sie die Org Units hinzu, wählen Sie Create Deployment und kopieren Sie die Deployment ID.",
    ),
    (
        "Choose View Links > New Link, the type Basic Launch and the Redirect URL.",
        "Wählen Sie View Links > New Link, den Typ Basic Launch und die Redirect URL.",
    ),
    (
        "Administration Workspace > External Tools: open the tool once it was saved.",
        "Administration Workspace > External Tools: Öffnen Sie das Tool, nachdem es gespeichert wurde.",
    ),
    (
        "In the Administration Workspace open External Tools and choose Install LTI 1.x Tool.",
        "Öffnen Sie im Administration Workspace External Tools und wählen Sie Install LTI 1.x Tool.",
    ),
    (
        "Select Tool supports LTI 1.3, enter the gateway keys and save.",
        "Wählen Sie Tool supports LTI 1.3, tragen Sie die Gateway-Schlüssel ein und speichern Sie.",
    ),
    (
        "Open the tool again: the values to enter here are shown.",
        "Öffnen Sie das Tool noch einmal: Die Werte, die hier einzutragen sind, werden gezeigt.",
    ),
    (
        "Studio: shown under the LTI Consumer component, or in the shared LTI configuration.",
        "Studio: steht unter der Komponente LTI Consumer oder in der gemeinsamen LTI-Konfiguration.",
    ),
    (
        "Studio: shown under the LTI Consumer component; each component has its own.",
        "Studio: steht unter der Komponente LTI Consumer; jede Komponente hat eine eigene.",
    ),
    (
        "1, unless a shared LTI configuration sets another.",
        "1, wenn keine gemeinsame LTI-Konfiguration eine andere vorgibt.",
    ),
    ("The root URL of the LMS.", "Die Stamm-URL des LMS."),
    (
        "In Studio add an LTI Consumer component and choose Edit.",
        "Fügen Sie in Studio eine Komponente LTI Consumer hinzu und wählen Sie Edit.",
    ),
    (
        "Set the LTI Version to LTI 1.3 and the Tool Public Key Mode to Keyset URL, enter the gateway keys and save.",
        "Stellen Sie LTI Version auf LTI 1.3 und Tool Public Key Mode auf Keyset URL, tragen Sie die Gateway-Schlüssel ein und speichern Sie.",
    ),
    (
        "The values to enter here are shown below the component.",
        "Die Werte, die hier einzutragen sind, stehen unter der Komponente.",
    ),
    (
        "lti_iss in config/security.yml on the Canvas server; https://canvas.instructure.com unless it was changed.",
        "lti_iss in config/security.yml auf dem Canvas-Server; https://canvas.instructure.com, wenn nichts geändert wurde.",
    ),
    (
        "Admin > Developer Keys: the number in the Details column.",
        "Admin > Developer Keys: die Zahl in der Spalte Details.",
    ),
    (
        "Settings > Apps > View App Configurations > the app's gear > Deployment Id.",
        "Settings > Apps > View App Configurations > Zahnrad der App > Deployment Id.",
    ),
    (
        "https:// + your Canvas host + /api/lti/security/jwks",
        "https:// + Ihr Canvas-Host + /api/lti/security/jwks",
    ),
    (
        "https:// + your Canvas host + /api/lti/authorize_redirect",
        "https:// + Ihr Canvas-Host + /api/lti/authorize_redirect",
    ),
    (
        "https:// + your Canvas host + /login/oauth2/token",
        "https:// + Ihr Canvas-Host + /login/oauth2/token",
    ),
    (
        "The LMS shows it where the tool was added.",
        "Das LMS zeigt sie dort, wo das Tool hinzugefügt wurde.",
    ),
    (
        "Also called Platform ID. Enter it exactly as shown, with or without the last slash.",
        "Auch Platform ID genannt. Genau so eintragen, wie er gezeigt wird, mit oder ohne letzten Schrägstrich.",
    ),
    (
        "Also called JWKS URL or public key URL.",
        "Auch JWKS URL oder Public Key URL genannt.",
    ),
    (
        "Also called OIDC authentication or authorization endpoint.",
        "Auch OIDC Authentication oder Authorization Endpoint genannt.",
    ),
    (
        "Some LMSs show it only after the tool was added to a course.",
        "Manche LMS zeigen sie erst, nachdem das Tool einem Kurs hinzugefügt wurde.",
    ),
    ("Also called OAuth2 token endpoint.", "Auch OAuth2 Token Endpoint genannt."),
    (
        "Leave it empty unless the LMS shows one.",
        "Leer lassen, wenn das LMS keine zeigt.",
    ),
    (
        "Add an LTI 1.3 tool in the LMS and enter the gateway keys.",
        "Fügen Sie im LMS ein LTI-1.3-Tool hinzu und tragen Sie die Gateway-Schlüssel ein.",
    ),
    (
        "Let launches carry name and email; make the tool visible to instructors and learners.",
        "Lassen Sie Starts Namen und E-Mail-Adresse mitgeben; machen Sie das Tool für Lehrende und Lernende sichtbar.",
    ),
    (
        "Enter the values that the LMS shows here.",
        "Tragen Sie die Werte, die das LMS zeigt, hier ein.",
    ),
];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::HashSet;

    use domain::{PlatformFamily, presets};

    use super::*;

    #[test]
    fn every_sentence_of_every_preset_is_there_in_german_and_nothing_else() {
        let mut sentences = HashSet::new();
        for family in PlatformFamily::ALL {
            let preset = presets::preset(family);
            sentences.extend(preset.fields.iter().map(|field| field.hint));
            sentences.extend(preset.steps);
        }
        for sentence in &sentences {
            assert!(german(sentence).is_some(), "{sentence}");
        }
        let known: HashSet<_> = GERMAN.iter().map(|(english, _)| *english).collect();
        assert_eq!(known, sentences);
    }
}
