use crate::language::Language;

/// A sentence of a preset: where an LMS's administrator finds a value, or what to do there. Names of pages and fields stay the LMS's.
pub fn preset(sentence: &str, language: Language) -> &str {
    match language {
        Language::English => sentence,
        Language::German => german(sentence).unwrap_or(sentence),
    }
}

/// What an administrator does with a box or a switch of the LMS.
pub fn checked(language: Language) -> &'static str {
    match language {
        Language::English => "Check",
        Language::German => "Anhaken",
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
    (
        "The address at which people open Canvas, such as https://canvas.contoso.edu; the addresses below follow from it.",
        "Die Adresse, unter der Canvas geöffnet wird, zum Beispiel https://canvas.contoso.edu; die Adressen unten folgen daraus.",
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
        "In the Developer Portal the app is registered once for all schools, with the gateway keys; ask whoever runs this gateway whether that was done.",
        "Im Developer Portal wird die App einmal für alle Schulen registriert, mit den Gateway-Schlüsseln; fragen Sie die Betreiber dieses Gateways, ob das geschehen ist.",
    ),
    (
        "In Blackboard, go to Admin Panel > LTI Tool Providers > Register LTI 1.3/Advantage Tool.",
        "Öffnen Sie in Blackboard Admin Panel > LTI Tool Providers > Register LTI 1.3/Advantage Tool.",
    ),
    (
        "Enter the app's Client ID and choose Submit; the other settings come filled in.",
        "Tragen Sie die Client ID der App ein und wählen Sie Submit; die übrigen Einstellungen sind schon ausgefüllt.",
    ),
    (
        "Make the settings below; those of the person and of services are under Institution Policies.",
        "Nehmen Sie die Einstellungen unten vor; die zur Person und zu den Diensten stehen unter Institution Policies.",
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
        "If the app isn't in Schoology yet, choose App Center > My Developer Apps > Add App, enter the gateway keys and make the settings below.",
        "Ist die App noch nicht in Schoology, wählen Sie App Center > My Developer Apps > Add App, tragen Sie die Gateway-Schlüssel ein und nehmen Sie die Einstellungen unten vor.",
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
        "Choose the LTI version and the Public key type first: the fields follow from them. Enter the gateway keys, make the settings below and choose Save changes.",
        "Wählen Sie zuerst LTI version und Public key type: Davon hängen die Felder ab. Tragen Sie die Gateway-Schlüssel ein, nehmen Sie die Einstellungen unten vor und wählen Sie Save changes.",
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
        "Go to Admin Tools > Manage Extensibility > LTI Advantage, choose Register Tool > Standard, enter the gateway keys and check the extensions below.",
        "Öffnen Sie Admin Tools > Manage Extensibility > LTI Advantage, wählen Sie Register Tool > Standard, tragen Sie die Gateway-Schlüssel ein und haken Sie die Erweiterungen (Extensions) unten an.",
    ),
    (
        "Choose Register: the values to enter here are shown.",
        "Wählen Sie Register: Die Werte, die hier einzutragen sind, werden gezeigt.",
    ),
    (
        "Go to Admin Tools > External Learning Tools > New Deployment; make the settings below, and leave Open as External Resource unchecked.",
        "Öffnen Sie Admin Tools > External Learning Tools > New Deployment; nehmen Sie die Einstellungen unten vor, und haken Sie Open as External Resource nicht an.",
    ),
    (
        "Add the org units, choose Create Deployment and copy the Deployment ID.",
        "Fügen Sie die Org Units hinzu, wählen Sie Create Deployment und kopieren Sie die Deployment ID.",
    ),
    (
        "Choose View Links > New Link, and enter the Redirect URL with the type below.",
        "Wählen Sie View Links > New Link und tragen Sie die Redirect URL mit dem Typ unten ein.",
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
        "Enter the gateway keys, make the settings below and save.",
        "Tragen Sie die Gateway-Schlüssel ein, nehmen Sie die Einstellungen unten vor und speichern Sie.",
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
        "Add an LTI 1.3 tool in the LMS, enter the gateway keys and make the settings below, whatever the LMS calls them.",
        "Fügen Sie im LMS ein LTI-1.3-Tool hinzu, tragen Sie die Gateway-Schlüssel ein und nehmen Sie die Einstellungen unten vor, wie auch immer das LMS sie nennt.",
    ),
    (
        "Make the tool visible to instructors and learners.",
        "Machen Sie das Tool für Lehrende und Lernende sichtbar.",
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
            sentences.extend(preset.site.map(|(_, hint)| hint));
        }
        for sentence in &sentences {
            assert!(german(sentence).is_some(), "{sentence}");
        }
        let known: HashSet<_> = GERMAN.iter().map(|(english, _)| *english).collect();
        assert_eq!(known, sentences);
    }
}
