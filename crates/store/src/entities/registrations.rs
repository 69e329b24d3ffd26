use domain::{
    Actor, AppDeploymentId, HealthState, KeysetOwner, LaunchRegistration, LmsValues, NewRegistration, RegistrationId, TenantId,
};
use lti13::tool::ToolRegistration;
use sea_orm::entity::prelude::*;
use time::OffsetDateTime;

use crate::StoreError;
use crate::rows::{actor_kind, from_micros, health_state, read_platform, read_product, read_url, to_micros};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "registrations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub name: String,
    pub name_lower: String,
    pub search_text: String,
    pub app_id: String,
    pub family: String,
    pub issuer: String,
    pub client_id: String,
    pub authentication_url: String,
    pub keyset_url: String,
    pub access_token_url: Option<String>,
    pub access_token_audience: Option<String>,
    pub allow_anonymous: bool,
    pub accept_any_deployment: bool,
    pub created_at: i64,
    pub created_by_id: String,
    pub created_by_name: String,
    pub created_by_kind: String,
    pub last_launch_at: i64,
    pub health_state: String,
    pub health_since: Option<i64>,
    pub health_detail: Option<String>,
    pub deleted_at: Option<i64>,
    pub claimed_at: Option<i64>,
    pub keyset_outdated: bool,
    pub app_deployment_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn new(
        tenant: TenantId,
        id: RegistrationId,
        app_deployment: AppDeploymentId,
        new: &NewRegistration,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Self {
        let NewRegistration {
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
            replaces: _,
        } = new;
        Self {
            id: id.0,
            tenant_id: tenant.0,
            name: name.clone(),
            name_lower: name.to_lowercase(),
            search_text: format!("{name}\n{issuer}\n{client_id}").to_lowercase(),
            app_id: app_id.clone(),
            family: product.id().to_owned(),
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            authentication_url: authentication_url.as_str().to_owned(),
            keyset_url: keyset_url.as_str().to_owned(),
            access_token_url: access_token_url.as_ref().map(|url| url.as_str().to_owned()),
            access_token_audience: access_token_audience.clone(),
            allow_anonymous: *allow_anonymous,
            accept_any_deployment: *accept_any_deployment,
            created_at: to_micros(at),
            created_by_id: by.id.clone(),
            created_by_name: by.name.clone(),
            created_by_kind: actor_kind(by.kind).to_owned(),
            last_launch_at: 0,
            health_state: health_state(HealthState::Unknown).to_owned(),
            health_since: None,
            health_detail: None,
            deleted_at: None,
            claimed_at: None,
            keyset_outdated: false,
            app_deployment_id: Some(app_deployment.0),
        }
    }

    /// The values from the LMS.
    pub(crate) fn read_lms(&self) -> Result<LmsValues, StoreError> {
        Ok(LmsValues {
            platform: self.read_platform()?,
            access_token_url: self.access_token_url.as_deref().map(read_url).transpose()?,
            access_token_audience: self.access_token_audience.clone(),
        })
    }

    /// Whose keyset its LMS is given.
    pub(crate) fn keyset_owner(&self) -> Result<KeysetOwner, StoreError> {
        let product = read_product(&self.family)?;
        Ok(KeysetOwner::new(
            product,
            &self.client_id,
            TenantId(self.tenant_id),
            &self.app_id,
        ))
    }

    pub(crate) fn read_for_launch(self) -> Result<LaunchRegistration, StoreError> {
        Ok(LaunchRegistration {
            platform: self.read_platform()?,
            app_deployment_id: self.app_deployment(),
            id: RegistrationId(self.id),
            tenant_id: TenantId(self.tenant_id),
            name: self.name,
            app_id: self.app_id,
            product: read_product(&self.family)?,
            allow_anonymous: self.allow_anonymous,
            claimed_at: self.claimed_at.map(from_micros).transpose()?,
        })
    }

    fn read_platform(&self) -> Result<ToolRegistration, StoreError> {
        read_platform(
            self.issuer.clone(),
            self.client_id.clone(),
            &self.authentication_url,
            &self.keyset_url,
        )
    }
}
