//! Registrations between wire and domain. Each function destructures its value completely, so that no field is forgotten.

use contract as wire;
use domain::{DeploymentState, Draft, HealthState, LmsDraft, LmsValues, RegistrationId, ToolKeyset};
use lti13::tool::ToolRegistration;

use super::findings;
use crate::{http::language::Language, records, services::tool_keys, state::AppState};

/// The entered registration, as a draft for the domain to validate.
pub(super) fn draft(new: wire::NewRegistration) -> Draft {
    let wire::NewRegistration {
        name,
        app_id,
        platform,
        issuer,
        client_id,
        deployment_ids,
        authentication_url,
        keyset_url,
        access_token_url,
        access_token_audience,
        allow_anonymous,
        accept_any_deployment,
        replaces,
        id: _,
        tenant_id: _,
        created_at: _,
        created_by: _,
        last_launch_at: _,
        health: _,
        waiting_deployments: _,
        app_withdrawn: _,
        client_id_shared: _,
        tool_keyset_url: _,
        tool_keyset_outdated: _,
        app_deployment_id: _,
    } = new;
    Draft {
        name,
        app_id,
        platform,
        lms: LmsDraft {
            issuer,
            client_id,
            authentication_url,
            keyset_url,
            access_token_url,
            access_token_audience,
        },
        deployment_ids,
        allow_anonymous,
        accept_any_deployment,
        replaces: replaces.map(RegistrationId),
    }
}

/// A registration of an export, in parts.
pub(super) struct PortableDraft {
    /// Without its deployments.
    pub(super) draft: Draft,
    /// All deployments with their states.
    pub(super) deployments: Vec<wire::PortableDeployment>,
    /// The keyset of this gateway that its LMS was given, by its id.
    pub(super) tool_keyset: Option<String>,
}

/// A registration in an export.
pub(super) fn portable_draft(new: wire::NewPortableRegistration, app: &AppState) -> PortableDraft {
    let wire::NewPortableRegistration {
        name,
        app_id,
        platform,
        issuer,
        client_id,
        deployments,
        authentication_url,
        keyset_url,
        access_token_url,
        access_token_audience,
        allow_anonymous,
        accept_any_deployment,
        id: _,
        created_at: _,
        tool_keyset_url,
        tool_keyset_outdated,
    } = new;
    let is_outdated = tool_keyset_outdated
        .and_then(|outdated| outdated.as_bool())
        .unwrap_or_default();
    let tool_keyset = tool_keyset_url.as_ref().and_then(serde_json::Value::as_str);
    let draft = Draft {
        name,
        app_id,
        platform,
        lms: LmsDraft {
            issuer,
            client_id,
            authentication_url,
            keyset_url,
            access_token_url,
            access_token_audience,
        },
        deployment_ids: Vec::new(),
        allow_anonymous,
        accept_any_deployment,
        replaces: None,
    };
    PortableDraft {
        draft,
        deployments,
        tool_keyset: tool_keyset
            .filter(|_| !is_outdated)
            .and_then(|url| tool_keys::parse_keyset_url(&app.config, url)),
    }
}

/// A registration as the API shows it, beside the apps that there are now, to readers of that language.
pub(super) fn registration(registration: domain::Registration, app: &AppState, language: Language) -> wire::Registration {
    let client_id_shared = registration.client_is_shared();
    let domain::Registration {
        id,
        tenant_id,
        name,
        app_id,
        product,
        lms:
            LmsValues {
                platform:
                    ToolRegistration {
                        issuer,
                        client_id,
                        authentication_url,
                        keyset_url,
                    },
                access_token_url,
                access_token_audience,
            },
        deployment_ids,
        allow_anonymous,
        accept_any_deployment,
        created_at,
        created_by,
        last_launch_at,
        health,
        failure,
        waiting_deployments,
        tool_keyset,
        app_deployment_id,
    } = registration;
    let (tool_keyset_url, tool_keyset_outdated) = keyset(tool_keyset, app);
    wire::Registration {
        id: id.0,
        tenant_id: tenant_id.0,
        name,
        app_withdrawn: app.apps.find(&app_id).is_none(),
        client_id_shared,
        app_id,
        platform: product.id().to_owned(),
        issuer,
        client_id,
        deployment_ids,
        authentication_url: authentication_url.into(),
        keyset_url: keyset_url.into(),
        access_token_url: access_token_url.map(Into::into),
        access_token_audience,
        allow_anonymous,
        accept_any_deployment,
        created_at,
        created_by: crate::api::wire::actor(created_by),
        last_launch_at,
        health: self::health(health, failure, language),
        waiting_deployments,
        tool_keyset_url,
        tool_keyset_outdated,
        app_deployment_id: Some(app_deployment_id.0),
    }
}

/// The values that an LMS provides, as the API shows them.
pub(in crate::api) fn lms_values(lms: LmsValues) -> wire::LmsValues {
    let LmsValues {
        platform:
            ToolRegistration {
                issuer,
                client_id,
                authentication_url,
                keyset_url,
            },
        access_token_url,
        access_token_audience,
    } = lms;
    wire::LmsValues {
        issuer,
        client_id,
        authentication_url: authentication_url.into(),
        keyset_url: keyset_url.into(),
        access_token_url: access_token_url.map(Into::into),
        access_token_audience,
    }
}

/// A registration as an export has it.
pub(super) fn portable(
    registration: domain::Registration,
    deployments: Vec<domain::Deployment>,
    app: &AppState,
) -> wire::PortableRegistration {
    let domain::Registration {
        id,
        tenant_id: _,
        name,
        app_id,
        product,
        lms:
            LmsValues {
                platform:
                    ToolRegistration {
                        issuer,
                        client_id,
                        authentication_url,
                        keyset_url,
                    },
                access_token_url,
                access_token_audience,
            },
        deployment_ids: _,
        allow_anonymous,
        accept_any_deployment,
        created_at,
        created_by: _,
        last_launch_at: _,
        health: _,
        failure: _,
        waiting_deployments: _,
        tool_keyset,
        app_deployment_id: _,
    } = registration;
    let (tool_keyset_url, tool_keyset_outdated) = keyset(tool_keyset, app);
    wire::PortableRegistration {
        id: id.0,
        created_at,
        name,
        app_id,
        platform: product.id().to_owned(),
        issuer,
        client_id,
        deployments: deployments
            .into_iter()
            .map(|deployment| wire::PortableDeployment {
                deployment_id: deployment.deployment_id,
                state: deployment_state(deployment.state),
            })
            .collect(),
        authentication_url: authentication_url.into(),
        keyset_url: keyset_url.into(),
        access_token_url: access_token_url.map(Into::into),
        access_token_audience,
        allow_anonymous,
        accept_any_deployment,
        tool_keyset_url,
        tool_keyset_outdated,
    }
}

/// The address of the keyset that belongs into the LMS, and whether another one is there.
fn keyset(keyset: Option<ToolKeyset>, app: &AppState) -> (Option<String>, bool) {
    let outdated = keyset.as_ref().is_some_and(|keyset| keyset.outdated);
    (keyset.map(|keyset| tool_keys::keyset_url(&app.config, &keyset.id)), outdated)
}

fn health(health: domain::Health, failure: Option<domain::Failure>, language: Language) -> wire::Health {
    let domain::Health { state, since, detail } = health;
    if let Some(domain::Failure { reason, since }) = failure
        && state != HealthState::Bad
    {
        return wire::Health {
            state: wire::HealthState::Bad,
            since,
            detail: Some(findings::failure(reason).of(language).into_owned()),
        };
    }
    wire::Health {
        state: health_state(state),
        since,
        detail: detail.map(|detail| records::read_value(&detail, language)),
    }
}

fn health_state(state: HealthState) -> wire::HealthState {
    match state {
        HealthState::Good => wire::HealthState::Good,
        HealthState::Bad => wire::HealthState::Bad,
        HealthState::Unknown => wire::HealthState::Unknown,
    }
}

/// A deployment as the API shows it.
pub(super) fn deployment(deployment: domain::Deployment) -> wire::Deployment {
    let domain::Deployment {
        deployment_id,
        state,
        first_seen_at,
    } = deployment;
    wire::Deployment {
        deployment_id,
        state: deployment_state(state),
        first_seen_at,
    }
}

pub(super) fn deployment_state(state: DeploymentState) -> wire::DeploymentState {
    match state {
        DeploymentState::Accepted => wire::DeploymentState::Accepted,
        DeploymentState::Waiting => wire::DeploymentState::Waiting,
        DeploymentState::Rejected => wire::DeploymentState::Rejected,
    }
}
