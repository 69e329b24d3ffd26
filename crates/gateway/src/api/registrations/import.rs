use std::collections::{HashMap, HashSet};

use actix_web::{HttpResponse, post, web};
use contract::{
    DeploymentState, ImportOutcome, ImportReport, ImportedRegistration, NewPortableRegistration, PortableDeployment,
    ProblemFault, RegistrationImport,
};
use domain::{NewRegistration, RegistrationId, Rules};
use messages::{Text, api};
use serde::Deserialize;
use serde_json::Value;
use store::{Import, InsertError};
use uuid::Uuid;

use super::{
    create,
    wire::{PortableDraft, portable_draft},
};
use crate::{
    api::{field_errors, wire},
    http::{
        error::ApiError,
        json,
        language::{AcceptLanguage, Language},
    },
    request::{
        authorization::{Allowed, WriteRegistrations},
        body::{Body, Query},
    },
    state::AppState,
};

/// The form of the document.
pub(super) const VERSION: u32 = 1;
/// The longest document, in bytes.
const IMPORT_LIMIT: usize = 16 * 1024 * 1024;
/// Registrations in a document, and deployments in a registration, at the most.
const MOST: usize = 10_000;
/// Errors that are named in a document; beyond them, the first of each registration.
const MOST_ERRORS: usize = 5_000;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    /// Only say what would happen.
    #[serde(default)]
    #[param(required = false)]
    dry_run: bool,
}

/// Import registrations of an export.
///
/// Each registration is validated by itself, by the same rules as when it is added by hand, and those that are refused don't stop the
/// others: the answer is 200 and says of each what became of it. To import the same document again adds nothing twice. Nothing is
/// fetched. With `dryRun` nothing is stored and the answer is the same; only of a client with more than 500 registrations in the
/// document may what comes later be called `created` although something before is in its way. A registration of an app that isn't
/// offered here is kept too, marked `appWithdrawn`. A document has up to 16 MiB and 10,000 registrations.
#[utoipa::path(
    tag = "registrations", operation_id = "import_registrations",
    params(ImportQuery),
    request_body(content = RegistrationImport, example = json!({
        "version": 1,
        "registrations": [{
            "name": "Contoso Moodle", "appId": "launch-inspector", "platform": "moodle",
            "issuer": "https://moodle.contoso.edu", "clientId": "wJ4kQ2nT8sVb1Lx",
            "deployments": [{ "deploymentId": "1", "state": "accepted" }],
            "authenticationUrl": "https://moodle.contoso.edu/mod/lti/auth.php",
            "keysetUrl": "https://moodle.contoso.edu/mod/lti/certs.php",
            "accessTokenUrl": "https://moodle.contoso.edu/mod/lti/token.php",
        }],
    })),
    responses(
        (status = 200, description = "What became of each registration", body = ImportReport),
    ),
)]
#[post("")]
pub async fn import_registrations(
    writer: Allowed<WriteRegistrations>,
    app: web::Data<AppState>,
    query: Query<ImportQuery>,
    AcceptLanguage(language): AcceptLanguage,
    body: Body<RegistrationImport, IMPORT_LIMIT>,
) -> Result<HttpResponse, ApiError> {
    let caller = writer.caller;
    let dry_run = query.validate()?.dry_run;
    let shared = app.clone();
    let parse = move |document| Ok(parse_items(&shared, validate_document(document, language)?, language));
    let mut entries = body.validate_by(caller.tenant, parse).await?;
    let imports: Vec<_> = entries.iter_mut().filter_map(|entry| entry.import.take()).collect();
    let stored = app
        .store
        .import_registrations(caller.tenant, &imports, dry_run, &caller.actor, app.clock.now())
        .await?;
    let rows = entries.len();
    let stored = imports.into_iter().zip(stored);
    let report = move || report(dry_run, outcomes(entries, stored, dry_run, language));
    app.blocking.report(caller.tenant, rows, report).await
}

/// The outcome of each registration.
fn outcomes(
    entries: Vec<ImportEntry>,
    mut stored: impl Iterator<Item = (Import, Result<(), InsertError>)>,
    dry_run: bool,
    language: Language,
) -> Vec<ImportedRegistration> {
    let mut value = Vec::with_capacity(entries.len());
    // A rehearsal stores none of these.
    let mut rehearsed = HashSet::new();
    for (index, entry) in entries.into_iter().enumerate() {
        let answer = match entry.problem {
            Some(problem) => Outcome::Refused(problem),
            None => match stored.next() {
                Some((import, Ok(()))) if dry_run => {
                    rehearsed.insert(import.id);
                    Outcome::Created(None)
                }
                Some((import, Ok(()))) => Outcome::Created(Some(import.id.0)),
                Some((_, Err(refused))) => refusal(refused, &rehearsed, language),
                None => continue,
            },
        };
        value.push(answer.at(index));
    }
    value
}

fn validate_document(document: RegistrationImport, language: Language) -> Result<Vec<Value>, Vec<ProblemFault>> {
    let RegistrationImport {
        version,
        registrations,
        exported_at: _,
        tenant_id: _,
    } = document;
    let mut errors = Vec::new();
    let mut error = |pointer: &str, detail: Text| {
        errors.push(ProblemFault {
            detail: detail.of(language).into_owned(),
            pointer: pointer.to_owned(),
        });
    };
    if version != VERSION {
        error("/version", api::import::version(VERSION));
    }
    if registrations.len() > MOST {
        error("/registrations", api::import::too_long(MOST));
    }
    if errors.is_empty() { Ok(registrations) } else { Err(errors) }
}

/// One registration of the document: to be stored, or refused already.
struct ImportEntry {
    import: Option<Import>,
    problem: Option<Problem>,
}

struct Problem {
    code: &'static str,
    detail: String,
    errors: Vec<ProblemFault>,
}

fn parse_items(app: &AppState, items: Vec<Value>, language: Language) -> Vec<ImportEntry> {
    let mut claims = EarlierClaims::default();
    let mut room = MOST_ERRORS;
    let entry = |(index, item): (usize, Value)| match parse_item(app, item, language) {
        Ok(import) => match claims.earlier(index, &import) {
            None => ImportEntry {
                import: Some(import),
                problem: None,
            },
            Some(earlier) => refused(Problem {
                code: "import.repeated",
                detail: api::import::repeated(earlier).of(language).into_owned(),
                errors: Vec::new(),
            }),
        },
        Err(errors) => {
            let named = errors.len().min(room).max(1);
            room = room.saturating_sub(named);
            refused(Problem {
                code: "request.invalid",
                detail: match errors.as_slice() {
                    [one] => one.detail.clone(),
                    many => api::request::invalid(many.len()).of(language).into_owned(),
                },
                errors: errors
                    .into_iter()
                    .take(named)
                    .map(|error| ProblemFault {
                        pointer: format!("/registrations/{index}{}", error.pointer),
                        ..error
                    })
                    .collect(),
            })
        }
    };
    items.into_iter().enumerate().map(entry).collect()
}

fn refused(problem: Problem) -> ImportEntry {
    ImportEntry {
        import: None,
        problem: Some(problem),
    }
}

/// The claims of earlier registrations in the document, by issuer and client ID.
#[derive(Default)]
struct EarlierClaims(HashMap<(String, String, Option<String>), usize>);

impl EarlierClaims {
    /// The place of an earlier registration that claims the same; else this one's claims are noted.
    fn earlier(&mut self, index: usize, import: &Import) -> Option<usize> {
        let platform = &import.new.lms.platform;
        let claim = |deployment: Option<&String>| (platform.issuer.clone(), platform.client_id.clone(), deployment.cloned());
        let ids = &import.new.deployment_ids;
        let claims: Vec<_> = if ids.is_empty() {
            vec![claim(None)]
        } else {
            ids.iter().map(|id| claim(Some(id))).collect()
        };
        let earlier = claims.iter().find_map(|claim| self.0.get(claim).copied());
        if earlier.is_none() {
            self.0.extend(claims.into_iter().map(|claim| (claim, index)));
        }
        earlier
    }
}

fn parse_item(app: &AppState, item: Value, language: Language) -> Result<Import, Vec<ProblemFault>> {
    if !item.is_object() {
        return Err(vec![ProblemFault {
            detail: api::import::NO_OBJECT.of(language).into_owned(),
            pointer: String::new(),
        }]);
    }
    json::shape::<NewPortableRegistration>(item, language).validate(|portable| parse(app, portable, language))
}

fn parse(app: &AppState, portable: NewPortableRegistration, language: Language) -> Result<Import, Vec<ProblemFault>> {
    let PortableDraft {
        mut draft,
        deployments,
        tool_keyset,
    } = portable_draft(portable, app);
    let mut indices = Vec::new();
    let mut errors = Vec::new();
    let mut undecided = Vec::new();
    for (index, PortableDeployment { deployment_id, state }) in deployments.into_iter().enumerate() {
        let state = match state {
            DeploymentState::Accepted => {
                indices.push(index);
                draft.deployment_ids.push(deployment_id);
                continue;
            }
            DeploymentState::Waiting => domain::DeploymentState::Waiting,
            DeploymentState::Rejected => domain::DeploymentState::Rejected,
        };
        match domain::parse_deployment_id(&deployment_id) {
            Ok(id) => undecided.push((id, state)),
            Err(error) => errors.push(ProblemFault {
                detail: field_errors::text(&error.reason).of(language).into_owned(),
                pointer: format!("/deployments/{index}/deploymentId"),
            }),
        }
    }
    if undecided.len() > MOST {
        errors.push(ProblemFault {
            detail: api::import::deployments(MOST).of(language).into_owned(),
            pointer: "/deployments".to_owned(),
        });
    }
    let rules = Rules {
        app_ids: None,
        ..create::rules(app, MOST)
    };
    let parsed = NewRegistration::parse(draft, &rules).map_err(|errors| wire::problem_faults(&errors, language));
    let new = parsed.map_err(|broken| {
        errors.extend(broken.into_iter().map(|error| in_deployments(error, &indices)));
        std::mem::take(&mut errors)
    })?;
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Import {
        id: RegistrationId(Uuid::now_v7()),
        undecided: keep_undecided(&new, undecided),
        new,
        tool_keyset,
    })
}

/// An error of the domain's `deploymentIds` is one of `deployments` here.
fn in_deployments(error: ProblemFault, indices: &[usize]) -> ProblemFault {
    let Some(rest) = error.pointer.strip_prefix("/deploymentIds") else {
        return error;
    };
    let index = rest
        .strip_prefix('/')
        .and_then(|index| indices.get(index.parse::<usize>().ok()?));
    let pointer = index.map_or_else(
        || "/deployments".to_owned(),
        |index| format!("/deployments/{index}/deploymentId"),
    );
    ProblemFault { pointer, ..error }
}

/// Each once, and not where it is accepted; none where schools share the client, since nothing waits there.
fn keep_undecided(
    new: &NewRegistration,
    undecided: Vec<(String, domain::DeploymentState)>,
) -> Vec<(String, domain::DeploymentState)> {
    if new.client_is_shared() {
        return Vec::new();
    }
    let mut known: HashSet<_> = new.deployment_ids.iter().cloned().collect();
    undecided.into_iter().filter(|(id, _)| known.insert(id.clone())).collect()
}

enum Outcome {
    Created(Option<Uuid>),
    /// With its id, unless it is one of a rehearsal.
    Existing(Option<RegistrationId>, Problem),
    Refused(Problem),
}

fn refusal(refused: InsertError, rehearsed: &HashSet<RegistrationId>, language: Language) -> Outcome {
    let own = refused.own();
    let problem = create::refused(refused);
    let problem = Problem {
        code: problem.code(),
        detail: problem.detail(language),
        errors: Vec::new(),
    };
    match own {
        Some(id) => Outcome::Existing(Some(id).filter(|id| !rehearsed.contains(id)), problem),
        None => Outcome::Refused(problem),
    }
}

impl Outcome {
    fn at(self, index: usize) -> ImportedRegistration {
        let (outcome, id, problem) = match self {
            Self::Created(id) => (ImportOutcome::Created, id, None),
            Self::Existing(id, problem) => (ImportOutcome::Existing, id.map(|id| id.0), Some(problem)),
            Self::Refused(problem) => (ImportOutcome::Refused, None, Some(problem)),
        };
        let (code, detail, errors) = match problem {
            Some(Problem { code, detail, errors }) => (Some(code.to_owned()), Some(detail), errors),
            None => (None, None, Vec::new()),
        };
        ImportedRegistration {
            pointer: format!("/registrations/{index}"),
            outcome,
            id,
            code,
            detail,
            errors,
        }
    }
}

fn report(dry_run: bool, value: Vec<ImportedRegistration>) -> ImportReport {
    let count = |outcome| {
        let count = value.iter().filter(|entry| entry.outcome == outcome).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    ImportReport {
        dry_run,
        created: count(ImportOutcome::Created),
        existing: count(ImportOutcome::Existing),
        refused: count(ImportOutcome::Refused),
        value,
    }
}
