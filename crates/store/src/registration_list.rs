use domain::{HealthState, LmsProduct, Registration, TenantId};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Select, Value};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::entities::deployments;
use crate::entities::registrations::{Column, Entity, Model};
use crate::pagination::{Cursor, KeysetOrder, Page, Position};
use crate::registration_failures::fails;
use crate::rows::health_state;
use crate::{Store, StoreError, is_storable};

/// The order of a list of registrations; the id decides between equals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RegistrationOrder {
    /// The name, without regard to case.
    #[default]
    Name,
    /// When it was added.
    CreatedAt,
    /// The last launch; what was never launched counts as oldest.
    LastLaunchAt,
}

/// An order and its direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegistrationSort {
    /// The order.
    pub by: RegistrationOrder,
    /// From the greatest to the least.
    pub descending: bool,
}

impl RegistrationSort {
    pub(crate) fn code(self) -> String {
        let by = match self.by {
            RegistrationOrder::Name => "name",
            RegistrationOrder::CreatedAt => "created",
            RegistrationOrder::LastLaunchAt => "launched",
        };
        format!("{}{by}", if self.descending { "-" } else { "" })
    }

    pub(crate) fn is_by_text(self) -> bool {
        self.by == RegistrationOrder::Name
    }

    fn column(self) -> Column {
        match self.by {
            RegistrationOrder::Name => Column::NameLower,
            RegistrationOrder::CreatedAt => Column::CreatedAt,
            RegistrationOrder::LastLaunchAt => Column::LastLaunchAt,
        }
    }

    fn key(self, row: &Model) -> SortKey {
        match self.by {
            RegistrationOrder::Name => SortKey::Text(row.name_lower.clone()),
            RegistrationOrder::CreatedAt => SortKey::Micros(row.created_at),
            RegistrationOrder::LastLaunchAt => SortKey::Micros(row.last_launch_at),
        }
    }
}

/// Which registrations of a tenant to list.
#[derive(Clone, Debug, Default)]
pub struct RegistrationQuery {
    /// A part of the name, issuer, client ID or a deployment ID, without regard to case.
    pub search: Option<String>,
    /// Of this app only.
    pub app_id: Option<String>,
    /// With this issuer only, byte for byte.
    pub issuer: Option<String>,
    /// With this client ID only, byte for byte.
    pub client_id: Option<String>,
    /// Of this LMS only.
    pub product: Option<LmsProduct>,
    /// With this health only.
    pub health: Option<HealthState>,
    /// In which order.
    pub sort: RegistrationSort,
    /// How many at most.
    pub limit: u32,
    /// From where on; a cursor that was decoded for the same `sort`.
    pub after: Option<RegistrationCursor>,
}

/// Where a registration is in a list of that order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationPosition {
    pub(crate) sort: String,
    pub(crate) key: SortKey,
    pub(crate) id: Uuid,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SortKey {
    Text(String),
    Micros(i64),
}

/// Where the next page of registrations begins.
pub type RegistrationCursor = Cursor<RegistrationPosition>;

impl RegistrationCursor {
    /// Reads a cursor back; `None` when it was tampered with or belongs to another sort order.
    #[must_use]
    pub fn decode(text: &str, sort: RegistrationSort) -> Option<Self> {
        let cursor = Self::read(text)?;
        let fits = match &cursor.0.key {
            SortKey::Text(text) => sort.is_by_text() && is_storable(text),
            SortKey::Micros(_) => !sort.is_by_text(),
        };
        (fits && cursor.0.sort == sort.code()).then_some(cursor)
    }
}

impl Position for RegistrationPosition {
    fn values(&self) -> [Value; 2] {
        let key = match &self.key {
            SortKey::Text(text) => text.as_str().into(),
            SortKey::Micros(micros) => (*micros).into(),
        };
        [key, self.id.into()]
    }
}

impl Store {
    /// Lists registrations of a tenant as they are at that time, page by page; what is added or deleted meanwhile neither repeats nor hides others.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_registrations(
        &self,
        tenant: TenantId,
        query: &RegistrationQuery,
        now: OffsetDateTime,
    ) -> Result<Page<Registration, RegistrationPosition>, StoreError> {
        let texts = [&query.search, &query.app_id, &query.issuer, &query.client_id];
        if texts.into_iter().flatten().any(|text| !is_storable(text)) {
            return Ok(Page::empty());
        }
        let db = self.session().await?;
        let sort = query.sort;
        let page = Page::cut(select(tenant, query, now).all(&db).await?, query.limit, |row| {
            RegistrationPosition {
                sort: sort.code(),
                key: sort.key(row),
                id: row.id,
            }
        });
        Ok(Page {
            value: self.complete(&db, page.value, now).await?,
            next: page.next,
        })
    }
}

pub(crate) fn select(tenant: TenantId, query: &RegistrationQuery, now: OffsetDateTime) -> Select<Entity> {
    let RegistrationQuery {
        search,
        app_id,
        issuer,
        client_id,
        product,
        health,
        sort,
        limit,
        after,
    } = query;
    let filters = [
        search
            .as_ref()
            .map(|text| Expr::col(Column::SearchText).like(contains(text)).or(has_deployment(text))),
        app_id.as_ref().map(|app_id| Column::AppId.eq(app_id)),
        issuer.as_ref().map(|issuer| Column::Issuer.eq(issuer)),
        client_id.as_ref().map(|client_id| Column::ClientId.eq(client_id)),
        product.map(|product| Column::Family.eq(product.id())),
    ];
    let list = Entity::find()
        .filter(Column::TenantId.eq(tenant.0))
        .filter(Column::DeletedAt.is_null());
    let mut list = filters.into_iter().flatten().fold(list, QueryFilter::filter);
    if let Some(health) = health {
        let of_keyset = Column::HealthState.eq(health_state(*health));
        list = list.filter(match health {
            HealthState::Bad => fails(now).add(of_keyset),
            HealthState::Good | HealthState::Unknown => Condition::all().add(of_keyset).add(fails(now).not()),
        });
    }
    let order = KeysetOrder {
        columns: [sort.column(), Column::Id],
        descending: sort.descending,
    };
    order.select(list, *limit, after.as_ref())
}

/// True if a deployment ID of the registration contains the text.
fn has_deployment(text: &str) -> Expr {
    let deployment = Expr::expr(Func::lower(Expr::col((
        deployments::Entity,
        deployments::Column::DeploymentId,
    ))));
    let of_registration = Expr::col((deployments::Entity, deployments::Column::RegistrationId)).equals((Entity, Column::Id));
    let mut found = Query::select();
    found
        .expr(Expr::val(1))
        .from(deployments::Entity)
        .and_where(of_registration)
        .and_where(deployment.like(contains(text)));
    Expr::exists(found)
}

/// The pattern that finds the text as it stands: its wildcards are escaped.
pub(crate) fn contains(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('!')
}
