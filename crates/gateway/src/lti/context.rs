//! A login or launch in progress: the request, and the data known so far. It is sufficient to record a refusal and to show its page.

use actix_web::HttpRequest;
use domain::{LaunchRecord, Reference, Refusal, RefusedLaunch, RegistrationId, TenantId};
use lti13::{
    Stage,
    claims::Presentation,
    tool::{LaunchOrigin, PendingLogin},
};
use time::OffsetDateTime;

use crate::{
    http::language::{self, Language},
    services::random,
    state::AppState,
};

/// A login or launch under way.
pub(super) struct LaunchContext<'a> {
    pub(super) app: &'a AppState,
    pub(super) request: &'a HttpRequest,
    /// The id that the page shows.
    pub(super) reference: Reference,
    /// When the request arrived.
    pub(super) at: OffsetDateTime,
    /// The checks so far.
    pub(super) record: LaunchRecord,
    /// Issuer and client ID, as far as the request named them.
    pub(super) issuer: Option<String>,
    pub(super) client_id: Option<String>,
    /// The registration of the launch, once known.
    pub(super) registration: Option<(TenantId, RegistrationId)>,
    /// True if it proves a contest and is no launch of the LMS's present owner.
    pub(super) is_contest: bool,
    /// The language of the person and the way back, once signature, issuer and audience hold.
    pub(super) presentation: Option<Presentation>,
    /// Where the launch comes from, once its signature and claims hold.
    pub(super) origin: Option<LaunchOrigin>,
    /// The app that the link is of, and the one that is launched, where these are two.
    pub(super) other_app: Option<[&'a str; 2]>,
    /// The started login, sealed, where the LMS was not asked yet: the page offers to try again.
    pub(super) sealed_login: Option<String>,
}

impl<'a> LaunchContext<'a> {
    /// Of a request that arrives now.
    pub(super) fn new(app: &'a AppState, request: &'a HttpRequest) -> Self {
        Self {
            app,
            request,
            reference: Reference::from_random(random::bytes()),
            at: app.clock.now(),
            record: LaunchRecord::new(),
            issuer: None,
            client_id: None,
            registration: None,
            is_contest: false,
            presentation: None,
            origin: None,
            other_app: None,
            sealed_login: None,
        }
    }

    /// The time in Unix seconds.
    pub(super) fn now(&self) -> i64 {
        self.at.unix_timestamp()
    }

    /// The language of the launch where the LMS said it, else of the browser.
    pub(super) fn language(&self) -> Language {
        let locale = self
            .presentation
            .as_ref()
            .and_then(|presentation| presentation.locale.as_deref());
        language::of_request(locale, self.request)
    }

    /// Notes the client of an opened login.
    pub(super) fn set_login(&mut self, login: &PendingLogin) {
        let registration = login.registration();
        self.issuer = Some(registration.issuer.clone());
        self.client_id = Some(registration.client_id.clone());
        self.is_contest = login.note().is_some();
    }

    /// The record of a refusal. It is noted among the checks, unless the check that failed noted itself.
    pub(super) fn refused(&mut self, refusal: &Refusal) -> RefusedLaunch {
        if !self.record.has_failed() {
            self.record.refuse(refusal);
        }
        let record = std::mem::take(&mut self.record);
        RefusedLaunch {
            reference: self.reference.clone(),
            at: self.at,
            registration: self.registration,
            code: refusal.code().to_owned(),
            message_type: self.origin.as_ref().map(|origin| origin.message_type.to_owned()),
            signed: record.passed(Stage::Signature),
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            checks: json(&record),
        }
    }
}

/// A record as JSON, for the database.
pub(super) fn json(record: &LaunchRecord) -> String {
    serde_json::to_string(record).unwrap_or_else(|_| "[]".to_owned())
}
