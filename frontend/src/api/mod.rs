//! The public REST API, as this portal uses it.
//!
//! [`config`] needs no sign-in. Everything else is a method of [`Api`], which exists only in the signed-in part of the portal.

mod error;
mod query;

use contract::{
    Account, App, AppPage, AuditEventPage, Contest, ContestPage, DailyLaunchesPage, DeploymentPage, LaunchDetails, LaunchPage,
    NewDeployment, NewProblemReport, NewRegistration, NewReportComment, NewReportState, NewTenant, Platform, PlatformPage,
    ProblemReport, ProblemReportPage, Registration, RegistrationCheck, RegistrationPage, RegistrationServicePage,
    ReportDiagnostics, ReportState, Tenant, ToolConfiguration,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use error::ApiError;
pub(crate) use query::{AUDIT_EVENTS, CONTESTS, LAUNCHES, ListQuery, ListRoute, REGISTRATIONS, REPORTS, own_path};

use crate::auth::{AccessTokenError, Auth};
use crate::browser::page_language;
use crate::config::Config;
use crate::dates;
use crate::fetch::fetch;
use crate::json;

/// The public configuration of the portal.
pub(crate) async fn config() -> Result<Config, ApiError> {
    decode(exchange("GET", "/portal/config.json", None, None, None).await?)
}

/// The API with the token of the signed-in person.
#[derive(Clone)]
pub(crate) struct Api {
    auth: Auth,
}

impl Api {
    pub(crate) fn new(auth: Auth) -> Self {
        Self { auth }
    }

    pub(crate) async fn me(&self) -> Result<Account, ApiError> {
        self.get("/api/v1/me").await
    }

    pub(crate) async fn tenant(&self) -> Result<Tenant, ApiError> {
        self.get("/api/v1/tenant").await
    }

    pub(crate) async fn register_tenant(&self, tenant: &NewTenant) -> Result<Tenant, ApiError> {
        self.post("/api/v1/tenant", tenant).await
    }

    pub(crate) async fn apps(&self) -> Result<Vec<App>, ApiError> {
        self.get::<AppPage>("/api/v1/apps").await.map(|page| page.value)
    }

    pub(crate) async fn platforms(&self) -> Result<Vec<Platform>, ApiError> {
        self.get::<PlatformPage>("/api/v1/platforms").await.map(|page| page.value)
    }

    pub(crate) async fn tool_configuration(&self, app_id: &str, platform: &str) -> Result<ToolConfiguration, ApiError> {
        let base = format!("/api/v1/apps/{app_id}/tool-configuration");
        self.get(&query::path(&base, [("platform", platform)])).await
    }

    /// A page of registrations: the path of a [`ListQuery`], or the next page's.
    pub(crate) async fn registrations(&self, path: &str) -> Result<RegistrationPage, ApiError> {
        self.get(path).await
    }

    /// The first registrations that match a search, by name.
    pub(crate) async fn find_registrations(&self, search: &str) -> Result<RegistrationPage, ApiError> {
        self.get(&query::path(
            "/api/v1/registrations",
            [("search", search.trim()), ("limit", "20")],
        ))
        .await
    }

    pub(crate) async fn registration(&self, id: &str) -> Result<Registration, ApiError> {
        self.get(&registration_path(id)).await
    }

    pub(crate) async fn create_registration(&self, registration: &NewRegistration) -> Result<Registration, ApiError> {
        self.post("/api/v1/registrations", registration).await
    }

    pub(crate) async fn check_registration(&self, registration: &NewRegistration) -> Result<RegistrationCheck, ApiError> {
        self.post("/api/v1/registrations/check", registration).await
    }

    pub(crate) async fn check_saved_registration(&self, id: &str) -> Result<RegistrationCheck, ApiError> {
        let path = format!("{}/check", registration_path(id));
        decode(self.send("POST", &path, None).await?)
    }

    pub(crate) async fn delete_registration(&self, id: &str) -> Result<(), ApiError> {
        self.send("DELETE", &registration_path(id), None).await.map(drop)
    }

    pub(crate) async fn services(&self, registration_id: &str) -> Result<RegistrationServicePage, ApiError> {
        self.get(&format!("{}/services", registration_path(registration_id))).await
    }

    pub(crate) async fn deployments(&self, registration_id: &str) -> Result<DeploymentPage, ApiError> {
        self.get(&format!("{}/deployments", registration_path(registration_id))).await
    }

    pub(crate) async fn accept_deployment(&self, registration_id: &str, deployment_id: &str) -> Result<(), ApiError> {
        let path = format!("{}/deployments", registration_path(registration_id));
        let deployment = NewDeployment {
            deployment_id: deployment_id.to_owned(),
        };
        self.send("POST", &path, Some(json::write(&deployment))).await.map(drop)
    }

    pub(crate) async fn delete_deployment(&self, registration_id: &str, deployment_id: &str) -> Result<(), ApiError> {
        let path = format!(
            "{}/deployments/{}",
            registration_path(registration_id),
            segment(deployment_id)
        );
        self.send("DELETE", &path, None).await.map(drop)
    }

    /// A page of launches: the path of a [`ListQuery`], or the next page's.
    pub(crate) async fn launches(&self, path: &str) -> Result<LaunchPage, ApiError> {
        self.get(path).await
    }

    /// The last few launches of a registration.
    pub(crate) async fn last_launches(&self, registration_id: &str) -> Result<LaunchPage, ApiError> {
        self.get(&query::path(
            "/api/v1/launches",
            [("registrationId", registration_id), ("limit", "5")],
        ))
        .await
    }

    pub(crate) async fn launch(&self, reference: &str) -> Result<LaunchDetails, ApiError> {
        self.get(&format!("/api/v1/launches/{}", segment(reference))).await
    }

    /// Launches per day of one registration, or of all if the ID is empty.
    pub(crate) async fn daily_launches(&self, registration_id: &str, days: u32) -> Result<DailyLaunchesPage, ApiError> {
        let days = days.to_string();
        self.get(&query::path(
            "/api/v1/launches/daily",
            [("registrationId", registration_id), ("days", &days)],
        ))
        .await
    }

    /// A page of audit events: the path of a [`ListQuery`], or the next page's.
    pub(crate) async fn audit_events(&self, path: &str) -> Result<AuditEventPage, ApiError> {
        self.get(path).await
    }

    /// The last LMSs that the organization lost to another one, within a month.
    pub(crate) async fn lost_claims(&self) -> Result<AuditEventPage, ApiError> {
        let from = dates::days_ago(30);
        let parameters = [("action", "claim.lost"), ("from", from.as_str()), ("limit", "5")];
        self.get(&query::path("/api/v1/audit-events", parameters)).await
    }

    /// A page of contests: the path of a [`ListQuery`], or the next page's.
    pub(crate) async fn contests(&self, path: &str) -> Result<ContestPage, ApiError> {
        self.get(path).await
    }

    /// Contests the registration of another organization. Only this answer has the code.
    pub(crate) async fn create_contest(&self, registration: &NewRegistration) -> Result<Contest, ApiError> {
        self.post("/api/v1/contests", registration).await
    }

    pub(crate) async fn delete_contest(&self, id: &str) -> Result<(), ApiError> {
        self.send("DELETE", &format!("/api/v1/contests/{}", segment(id)), None)
            .await
            .map(drop)
    }

    /// A page of problem reports: the path of a [`ListQuery`], or the next page's.
    pub(crate) async fn reports(&self, path: &str) -> Result<ProblemReportPage, ApiError> {
        self.get(path).await
    }

    pub(crate) async fn report(&self, id: &str) -> Result<ProblemReport, ApiError> {
        self.get(&report_path(id)).await
    }

    /// Sends a report. The idempotency key prevents duplicates.
    pub(crate) async fn create_report(&self, report: &NewProblemReport, key: &str) -> Result<ProblemReport, ApiError> {
        let body = Some(json::write(report));
        decode(self.send_with_key("POST", "/api/v1/problem-reports", body, Some(key)).await?)
    }

    /// The diagnostics that a report of this launch would include.
    pub(crate) async fn report_diagnostics(&self, reference: &str) -> Result<ReportDiagnostics, ApiError> {
        self.get(&format!("/api/v1/problem-reports/diagnostics/{}", segment(reference)))
            .await
    }

    pub(crate) async fn answer_report(&self, id: &str, text: String) -> Result<(), ApiError> {
        let comment = NewReportComment {
            text,
            ..NewReportComment::default()
        };
        let path = format!("{}/comments", report_path(id));
        self.send("POST", &path, Some(json::write(&comment))).await.map(drop)
    }

    pub(crate) async fn set_report_state(&self, id: &str, state: ReportState) -> Result<(), ApiError> {
        let path = format!("{}/state", report_path(id));
        let state = NewReportState { state: Some(state) };
        self.send("PUT", &path, Some(json::write(&state))).await.map(drop)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        decode(self.send("GET", path, None).await?)
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ApiError> {
        decode(self.send("POST", path, Some(json::write(body))).await?)
    }

    /// Sends a request with a token. Repeats it with a new token if the gateway refuses the first.
    async fn send(&self, method: &str, path: &str, body: Option<String>) -> Result<String, ApiError> {
        self.send_with_key(method, path, body, None).await
    }

    async fn send_with_key(&self, method: &str, path: &str, body: Option<String>, key: Option<&str>) -> Result<String, ApiError> {
        let token = self.token(self.auth.access_token().await).await?;
        let first = exchange(method, path, Some(&token), body.clone(), key).await;
        if !is_unauthorized(&first) {
            return first;
        }
        let token = self.token(self.auth.renew(&token).await).await?;
        let second = exchange(method, path, Some(&token), body, key).await;
        if is_unauthorized(&second) {
            Err(ApiError::TokenRefused)
        } else {
            second
        }
    }

    /// The token. If the person has to sign in, it redirects to the sign-in page and returns to this page afterwards.
    async fn token(&self, token: Result<String, AccessTokenError>) -> Result<String, ApiError> {
        match token {
            Ok(token) => Ok(token),
            Err(AccessTokenError::Unreachable) => Err(ApiError::Unreachable),
            Err(AccessTokenError::Refused) => Err(ApiError::TokenRefused),
            Err(AccessTokenError::SignInNeeded) => {
                self.auth.sign_in_for_this_page().await.map_err(|_| ApiError::Unreachable)?;
                std::future::pending().await
            }
        }
    }
}

fn is_unauthorized<T>(answer: &Result<T, ApiError>) -> bool {
    matches!(answer, Err(error) if error.status() == Some(401))
}

/// Sends one request and returns the text of the response.
async fn exchange(
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<String>,
    key: Option<&str>,
) -> Result<String, ApiError> {
    let authorization = token.map(|token| format!("Bearer {token}"));
    let language = page_language();
    let mut headers = vec![
        ("accept", "application/json, application/problem+json"),
        // The language of the page, which may not be the browser's first choice.
        ("accept-language", &language),
    ];
    headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
    headers.extend(body.as_ref().map(|_| ("content-type", "application/json")));
    headers.extend(key.map(|key| ("idempotency-key", key)));
    let answer = fetch(method, path, &headers, body).await.ok_or(ApiError::Unreachable)?;
    if answer.ok {
        Ok(answer.text)
    } else {
        Err(ApiError::from_answer(answer.status, &answer.text))
    }
}

fn decode<T: DeserializeOwned>(text: String) -> Result<T, ApiError> {
    json::read(&text).map_err(|_| ApiError::Unreadable(200))
}

fn report_path(id: &str) -> String {
    format!("/api/v1/problem-reports/{}", segment(id))
}

fn registration_path(id: &str) -> String {
    format!("/api/v1/registrations/{}", segment(id))
}

/// A text as one path segment. Deployment IDs can have colons, slashes and percent signs.
fn segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' | b'.' => segment.push(char::from(byte)),
            _ => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_id_stays_one_segment() {
        assert_eq!(segment("10408:7db438/a b%"), "10408%3A7db438%2Fa%20b%25");
        assert_eq!(segment("1"), "1");
        assert_eq!(segment("é"), "%C3%A9");
    }
}
