//! Why the REST API refuses something.

use super::Text;
use crate::language::Language;

/// 401 without a token.
pub const TOKEN_MISSING: Text = Text::new(
    "Send an access token in the header `Authorization: Bearer …`.",
    "Senden Sie ein Zugriffstoken in der Kopfzeile `Authorization: Bearer …`.",
);
/// The tenant waits for the operator.
pub const TENANT_PENDING: Text = Text::new(
    "Your organization is registered and waits for the operator's approval.",
    "Ihre Organisation ist registriert und wartet auf die Freigabe des Betreibers.",
);
/// The tenant waits for the operator, and wants to withdraw.
pub const TENANT_SHUT_OUT: Text = Text::new(
    "Your organization waits for the operator's approval and can't withdraw meanwhile: it could come back by registering anew. Ask the operator.",
    "Ihre Organisation wartet auf die Freigabe des Betreibers und kann sich solange nicht abmelden: Sie käme durch eine neue Registrierung zurück. Wenden Sie sich an den Betreiber.",
);
/// The tenant isn't registered, and something else was wanted.
pub const TENANT_UNREGISTERED: Text = Text::new(
    "Your organization isn't registered with the LMS Gateway yet. An admin registers it with POST /api/v1/tenant.",
    "Ihre Organisation ist noch nicht beim LMS Gateway registriert. Ein Admin registriert sie mit POST /api/v1/tenant.",
);
/// The tenant was withdrawn while the request was under way.
pub const TENANT_GONE: Text = Text::new(
    "Your organization isn't registered with the LMS Gateway (any more).",
    "Ihre Organisation ist nicht (mehr) beim LMS Gateway registriert.",
);
/// The operator lists the tenants.
pub const TENANT_NOT_LISTED: Text = Text::new(
    "The operator of this gateway names the organizations that may use it, and yours isn't among them.",
    "Der Betreiber dieses Gateways nennt die Organisationen, die es benutzen dürfen, und Ihre gehört nicht dazu.",
);
/// Government clouds.
pub const GOVERNMENT_CLOUD: Text = Text::new(
    "The LMS Gateway is only available to public cloud tenants. DoD, GCC, and GCC High tenants can't access it.",
    "Das LMS Gateway steht nur Mandanten der öffentlichen Cloud offen. Mandanten von DoD, GCC und GCC High haben keinen Zugang.",
);
/// The caller asked for its tenant.
pub const TENANT_NOT_FOUND: Text = Text::new(
    "Your organization isn't registered.",
    "Ihre Organisation ist nicht registriert.",
);
/// The tenant can't be withdrawn.
pub const TENANT_HAS_REGISTRATIONS: Text = Text::new(
    "Delete the organization's registrations first.",
    "Löschen Sie zuerst die Registrierungen der Organisation.",
);
/// Too many unknown tenants at once.
pub const IDENTITY_BUSY: Text = Text::new(
    "The gateway asks about as many organizations that it doesn't know as it may. Try again in a minute.",
    "Das Gateway fragt gerade nach so vielen unbekannten Organisationen, wie es darf. Versuchen Sie es in einer Minute noch einmal.",
);
/// The issuer of the token doesn't answer.
pub const IDENTITY_UNAVAILABLE: Text = Text::new(
    "The gateway can't reach the sign-in service at the moment. Try again in a few seconds.",
    "Das Gateway erreicht den Anmeldedienst im Augenblick nicht. Versuchen Sie es in ein paar Sekunden noch einmal.",
);
/// The database is away, or another change got in first.
pub const UNAVAILABLE: Text = Text::new(
    "The gateway's database can't answer at the moment. Try again in a few seconds.",
    "Die Datenbank des Gateways kann im Augenblick nicht antworten. Versuchen Sie es in ein paar Sekunden noch einmal.",
);
/// More requests than there are places.
pub const BUSY: Text = Text::new(
    "The gateway has more to do than it can at the moment. Try again in a few seconds.",
    "Das Gateway hat im Augenblick mehr zu tun, als es kann. Versuchen Sie es in ein paar Sekunden noch einmal.",
);
/// Our own fault.
pub const INTERNAL: Text = Text::new(
    "The gateway failed. Try again later; if it persists, report the request's id.",
    "Im Gateway ist ein Fehler aufgetreten. Versuchen Sie es später noch einmal; bleibt es dabei, melden Sie die ID der Anfrage.",
);
/// No such path.
pub const NOTHING_HERE: Text = Text::new("There is nothing at this address.", "Unter dieser Adresse gibt es nichts.");
/// No such file of the portal.
pub const ASSET_NOT_FOUND: Text = Text::new("The portal has no such file.", "Das Portal hat keine solche Datei.");
/// No such app.
pub const APP_NOT_FOUND: Text = Text::new("There is no app with that id.", "Es gibt keine App mit dieser ID.");
/// No such platform.
pub const PLATFORM_NOT_FOUND: Text = Text::new(
    "There is no platform with that id; GET /api/v1/platforms lists them.",
    "Es gibt keine Plattform mit dieser ID; GET /api/v1/platforms zählt sie auf.",
);
/// No such launch.
pub const LAUNCH_NOT_FOUND: Text = Text::new(
    "Your organization has no launch with that reference.",
    "Ihre Organisation hat keinen Start mit dieser Referenz.",
);
/// No such registration.
pub const REGISTRATION_NOT_FOUND: Text = Text::new(
    "Your organization has no registration with that id.",
    "Ihre Organisation hat keine Registrierung mit dieser ID.",
);
/// No such deployment.
pub const DEPLOYMENT_NOT_FOUND: Text = Text::new(
    "The registration has no deployment with that id.",
    "Die Registrierung hat keine Bereitstellung mit dieser ID.",
);
/// A registration takes no more deployments.
pub const DEPLOYMENTS_FULL: Text = Text::new(
    "The registration accepts as many deployments as it may. Remove those that are no longer launched.",
    "Die Registrierung nimmt so viele Bereitstellungen an, wie sie darf. Entfernen Sie diejenigen, aus denen nicht mehr gestartet wird.",
);
/// The client is another tenant's.
pub const CLIENT_TAKEN: Text = Text::new(
    "This issuer and client ID are registered elsewhere. Compare both with what your LMS shows.",
    "Dieser Aussteller und diese Client-ID sind anderswo registriert. Vergleichen Sie beides mit dem, was Ihr LMS zeigt.",
);
/// The same client with other addresses.
pub const PLATFORM_DIFFERS: Text = Text::new(
    "Another registration with this issuer and client ID has another value here; they must be the same.",
    "Eine andere Registrierung mit diesem Aussteller und dieser Client-ID hat hier einen anderen Wert; er muss derselbe sein.",
);
/// A second registration without deployment.
pub const ALREADY_OPEN: Text = Text::new(
    "Your organization has a registration with this issuer and client ID and no deployment already. Enter a deployment ID, or replace it.",
    "Ihre Organisation hat schon eine Registrierung mit diesem Aussteller und dieser Client-ID ohne Bereitstellung. Geben Sie eine Bereitstellungs-ID ein, oder ersetzen Sie sie.",
);
/// The old registration is gone.
pub const REPLACES_NOT_FOUND: Text = Text::new(
    "The registration to replace isn't there (any more).",
    "Die zu ersetzende Registrierung gibt es nicht (mehr).",
);
/// No such report.
pub const REPORT_NOT_FOUND: Text = Text::new(
    "There is no problem report with that id among those that you may see.",
    "Unter den Problemmeldungen, die Sie sehen dürfen, hat keine diese ID.",
);
/// A report takes no more answers, or changes of state.
pub const REPORT_FULL: Text = Text::new(
    "This report has as many answers, or changes of state, as it may have. Send a new one, and name this one's number.",
    "Diese Meldung hat so viele Antworten oder Zustandswechsel, wie sie haben darf. Senden Sie eine neue, und nennen Sie darin die Nummer dieser.",
);
/// The error page was reported.
pub const REFERENCE_USED: Text = Text::new(
    "This error page was reported already. Sign in to add something.",
    "Diese Fehlerseite wurde schon gemeldet. Melden Sie sich an, um etwas hinzuzufügen.",
);
/// No more reports today.
pub const REPORT_QUOTA: Text = Text::new(
    "Your organization sent as many problem reports as it may on one day. Try again tomorrow.",
    "Ihre Organisation hat so viele Probleme gemeldet, wie sie an einem Tag darf. Versuchen Sie es morgen noch einmal.",
);
/// No more checks in this minute.
pub const CHECK_QUOTA: Text = Text::new(
    "Your organization made as many checks as it may within a minute. Try again in a minute.",
    "Ihre Organisation hat so viele Prüfungen gemacht, wie sie in einer Minute darf. Versuchen Sie es in einer Minute noch einmal.",
);
/// The key belongs to another report.
pub const KEY_REUSED: Text = Text::new(
    "This Idempotency-Key was used for another report. Send each report with a key of its own.",
    "Dieser Idempotency-Key wurde für eine andere Meldung benutzt. Senden Sie jede Meldung mit einem eigenen Schlüssel.",
);
/// The signed reference is too old.
pub const REFERENCE_EXPIRED: Text = Text::new(
    "This reference has expired: it counts for an hour. Open the app again to get a new one.",
    "Diese Referenz ist abgelaufen: Sie gilt eine Stunde. Öffnen Sie die App noch einmal, um eine neue zu erhalten.",
);
/// The signed reference isn't ours.
pub const REFERENCE_INVALID: Text = Text::new(
    "This isn't a signed reference of an error page.",
    "Das ist keine signierte Referenz einer Fehlerseite.",
);

/// A name that an object has twice.
pub const REPEATED_FIELD: Text = Text::new("The field was given more than once.", "Das Feld kommt mehr als einmal vor.");
/// An import lists something else.
pub const IMPORT_NO_OBJECT: Text = Text::new("A registration is a JSON object.", "Eine Registrierung ist ein JSON-Objekt.");

/// The caller lacks these roles.
pub fn role_missing(roles: &Text) -> Text {
    Text::filled(
        format!("This needs the role {}.", roles.of(Language::English)),
        format!("Dafür braucht es die Rolle {}.", roles.of(Language::German)),
    )
}

/// Several values need a change.
pub fn several_faults(count: usize) -> Text {
    Text::filled(
        format!("{count} values need a change; `errors` names each."),
        format!("{count} Werte müssen geändert werden; `errors` nennt jeden."),
    )
}

/// The tenant has the deployment already.
pub fn deployment_duplicate(deployment: &str) -> Text {
    Text::filled(
        format!(
            "Your organization has a registration with this issuer, client ID and deployment {deployment} already. Delete it, or replace it."
        ),
        format!(
            "Ihre Organisation hat schon eine Registrierung mit diesem Aussteller, dieser Client-ID und der Bereitstellung {deployment}. Löschen oder ersetzen Sie sie."
        ),
    )
}

/// The deployment is another tenant's.
pub fn deployment_taken(deployment: &str) -> Text {
    Text::filled(
        format!(
            "The deployment {deployment} of this issuer and client ID is registered elsewhere. Compare it with what your LMS shows."
        ),
        format!(
            "Die Bereitstellung {deployment} dieses Ausstellers und dieser Client-ID ist anderswo registriert. Vergleichen Sie sie mit dem, was Ihr LMS zeigt."
        ),
    )
}

/// The tenant has as many registrations as it may.
pub fn registrations_full(limit: u32) -> Text {
    Text::filled(
        format!(
            "Your organization has the {limit} registrations that it may have. Delete those that nobody launches, or ask the operator for more."
        ),
        format!(
            "Ihre Organisation hat die {limit} Registrierungen, die sie haben darf. Löschen Sie diejenigen, die niemand startet, oder bitten Sie den Betreiber um mehr."
        ),
    )
}

/// The tenant has as many clients as it may that no launch confirmed.
pub fn unconfirmed_full(limit: u32) -> Text {
    Text::filled(
        format!(
            "Your organization has registered {limit} client IDs from which nothing was launched yet, and may not have more of them. Open an app once from each of these LMSs, delete the registrations that aren't needed, or ask the operator for more."
        ),
        format!(
            "Ihre Organisation hat {limit} Client-IDs registriert, mit denen noch nichts gestartet wurde, und darf nicht mehr davon haben. Öffnen Sie aus jedem dieser LMS einmal eine App, löschen Sie die Registrierungen, die nicht gebraucht werden, oder bitten Sie den Betreiber um mehr."
        ),
    )
}

/// An import names the same client and deployment twice.
pub fn import_repeated(earlier: usize) -> Text {
    Text::filled(
        format!("The registration at /registrations/{earlier} has the same issuer, client ID and deployment."),
        format!(
            "Die Registrierung bei /registrations/{earlier} hat denselben Aussteller, dieselbe Client-ID und Bereitstellung."
        ),
    )
}

/// An import of another gateway's version.
pub fn import_version(version: u32) -> Text {
    Text::filled(
        format!("This gateway reads version {version}."),
        format!("Dieses Gateway liest Version {version}."),
    )
}

/// An import has too many registrations.
pub fn import_too_long(most: usize) -> Text {
    Text::filled(
        format!("At most {most} registrations at once: split the document."),
        format!("Höchstens {most} Registrierungen auf einmal: Teilen Sie das Dokument."),
    )
}

/// A registration of an import has too many deployments.
pub fn import_deployments(most: usize) -> Text {
    Text::filled(
        format!("At most {most} deployments."),
        format!("Höchstens {most} Bereitstellungen."),
    )
}
