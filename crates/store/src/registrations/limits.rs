//! How many registrations a tenant may have, so that nobody takes other schools' LMSs by the thousand.

use domain::TenantId;
use lti13::tool::ToolRegistration;

use crate::{InsertError, Session, StoreError, query_first, sql, tenants};

/// The limits of a tenant. Registrations above them that are there already stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistrationLimits {
    /// Live registrations.
    pub registrations: u32,
    /// Clients (issuer and client ID) for which no launch confirmed a deployment.
    pub unconfirmed: u32,
}

impl Default for RegistrationLimits {
    fn default() -> Self {
        Self {
            registrations: 5_000,
            unconfirmed: 200,
        }
    }
}

/// The registrations and clients of a tenant, counted.
#[derive(Clone, Copy)]
struct Usage {
    registrations: u32,
    unconfirmed: u32,
}

/// The usage and the limits of a tenant, within a transaction that holds the tenant's row: nobody else adds to it meanwhile.
pub(crate) struct Room {
    tenant: TenantId,
    limits: RegistrationLimits,
    used: Usage,
}

/// The part of the usage that a registration adds.
pub(super) struct Addition {
    before: Usage,
    new_client: bool,
}

impl Room {
    /// Holds the tenant's row until the transaction ends; `None` when there is no such tenant.
    pub(crate) async fn lock(tx: &Session, tenant: TenantId, limits: RegistrationLimits) -> Result<Option<Self>, StoreError> {
        if !tenants::lock(tx, tenant, "FOR NO KEY UPDATE").await? {
            return Ok(None);
        }
        let used = count(tx, tenant).await?;
        Ok(Some(Self { tenant, limits, used }))
    }

    /// Counts what an earlier transaction stored, although that was rolled back.
    pub(super) const fn continue_after(&mut self, rehearsed: &Self) {
        self.used = rehearsed.used;
    }

    pub(super) const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// To be asked before the registration that it replaces ends.
    pub(super) async fn addition(&self, tx: &Session, platform: &ToolRegistration) -> Result<Addition, StoreError> {
        let statement = "SELECT 1 AS one FROM registrations
            WHERE issuer = $1 AND client_id = $2 AND tenant_id = $3 AND deleted_at IS NULL LIMIT 1";
        let values = [
            platform.issuer.as_str().into(),
            platform.client_id.as_str().into(),
            self.tenant.0.into(),
        ];
        Ok(Addition {
            before: self.used,
            new_client: query_first(tx, sql(tx, statement, values)).await?.is_none(),
        })
    }

    /// To be called when a registration ended in the transaction.
    pub(super) async fn count_again(&mut self, tx: &Session) -> Result<(), StoreError> {
        self.used = count(tx, self.tenant).await?;
        Ok(())
    }

    /// Refuses what would be more than the tenant may have and more than it had before.
    pub(super) fn validate(&self, addition: &Addition) -> Result<(), InsertError> {
        let RegistrationLimits {
            registrations,
            unconfirmed,
        } = self.limits;
        if self.used.registrations >= registrations.max(addition.before.registrations) {
            return Err(InsertError::TooMany { limit: registrations });
        }
        if addition.new_client && self.used.unconfirmed >= unconfirmed.max(addition.before.unconfirmed) {
            return Err(InsertError::TooManyUnconfirmed { limit: unconfirmed });
        }
        Ok(())
    }

    /// To be called when the registration is stored.
    pub(super) fn add(&mut self, addition: &Addition) {
        self.used.registrations += 1;
        self.used.unconfirmed += u32::from(addition.new_client);
    }
}

async fn count(tx: &Session, tenant: TenantId) -> Result<Usage, StoreError> {
    let statement = "SELECT COUNT(*) AS unconfirmed,
            (SELECT COUNT(*) FROM registrations WHERE tenant_id = $1 AND deleted_at IS NULL) AS registrations
        FROM (SELECT r.issuer, r.client_id FROM registrations r WHERE r.tenant_id = $1 AND r.deleted_at IS NULL
              GROUP BY r.issuer, r.client_id
              HAVING MAX(CASE WHEN EXISTS
                  (SELECT 1 FROM deployments d WHERE d.registration_id = r.id AND d.confirmed_at IS NOT NULL)
                  THEN 1 ELSE 0 END) = 0) AS clients";
    let row = query_first(tx, sql(tx, statement, [tenant.0.into()])).await?;
    let count = |column| -> Result<u32, StoreError> {
        let count: i64 = row.as_ref().map_or(Ok(0), |row| row.try_get("", column))?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    };
    Ok(Usage {
        registrations: count("registrations")?,
        unconfirmed: count("unconfirmed")?,
    })
}
