use domain::{Actor, Contest, ContestId, ContestProof, LmsValues, NewRegistration, RegistrationId, TenantId};
use sea_orm::entity::prelude::*;
use time::OffsetDateTime;

use crate::StoreError;
use crate::rows::{actor_kind, from_micros, read_actor, read_product, to_micros, unreadable};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub code_hash: Vec<u8>,
    pub name: String,
    pub app_id: String,
    pub family: String,
    /// [`LmsValues`] as JSON: nothing is looked up by one of them.
    pub lms: String,
    /// A JSON array.
    pub deployment_ids: String,
    pub allow_anonymous: bool,
    pub accept_any_deployment: bool,
    pub created_at: i64,
    pub created_by_id: String,
    pub created_by_name: String,
    pub created_by_kind: String,
    pub expires_at: i64,
    pub proven_at: Option<i64>,
    pub registration_id: Option<Uuid>,
    pub confirmation_hash: Option<Vec<u8>>,
    pub confirmation_deployment_id: Option<String>,
    pub confirmation_expires_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn new(
        tenant: TenantId,
        id: ContestId,
        new: &NewRegistration,
        code_hash: [u8; 32],
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<Self, StoreError> {
        let NewRegistration {
            name,
            app_id,
            product,
            lms,
            deployment_ids,
            allow_anonymous,
            accept_any_deployment,
            replaces: _,
        } = new;
        Ok(Self {
            id: id.0,
            tenant_id: tenant.0,
            code_hash: code_hash.to_vec(),
            name: name.clone(),
            app_id: app_id.clone(),
            family: product.id().to_owned(),
            lms: serde_json::to_string(lms).map_err(|_| unreadable("values of an LMS"))?,
            deployment_ids: serde_json::to_string(deployment_ids).map_err(|_| unreadable("list of deployments"))?,
            allow_anonymous: *allow_anonymous,
            accept_any_deployment: *accept_any_deployment,
            created_at: to_micros(at),
            created_by_id: by.id.clone(),
            created_by_name: by.name.clone(),
            created_by_kind: actor_kind(by.kind).to_owned(),
            expires_at: to_micros(at + domain::CONTEST_LIFETIME),
            proven_at: None,
            registration_id: None,
            confirmation_hash: None,
            confirmation_deployment_id: None,
            confirmation_expires_at: None,
        })
    }

    pub(crate) fn read(self) -> Result<Contest, StoreError> {
        let proof = match (self.proven_at, self.registration_id) {
            (Some(at), Some(registration)) => Some(ContestProof {
                at: from_micros(at)?,
                registration_id: RegistrationId(registration),
            }),
            _ => None,
        };
        Ok(Contest {
            id: ContestId(self.id),
            tenant_id: TenantId(self.tenant_id),
            new: NewRegistration {
                name: self.name,
                app_id: self.app_id,
                product: read_product(&self.family)?,
                lms: serde_json::from_str::<LmsValues>(&self.lms).map_err(|_| unreadable("values of an LMS"))?,
                deployment_ids: serde_json::from_str(&self.deployment_ids).map_err(|_| unreadable("list of deployments"))?,
                allow_anonymous: self.allow_anonymous,
                accept_any_deployment: self.accept_any_deployment,
                replaces: None,
            },
            created_at: from_micros(self.created_at)?,
            created_by: read_actor(self.created_by_id, self.created_by_name, &self.created_by_kind)?,
            expires_at: from_micros(self.expires_at)?,
            proof,
        })
    }
}
