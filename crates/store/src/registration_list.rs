use domain::{HealthState, PlatformFamily, Registration, TenantId};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select};
use time::OffsetDateTime;

use crate::cursors::{Position, RegistrationCursor, SortKey};
use crate::entities::registrations::{Column, Entity, Model};
use crate::registration_failures::fails;
use crate::rows::health_state;
use crate::{Store, StoreError, is_storable};

/// What a list of registrations is ordered by; the id decides between equals.
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
    /// What to order by.
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
    /// A part of the name, issuer or client ID, without regard to case.
    pub search: Option<String>,
    /// Of this app only.
    pub app_id: Option<String>,
    /// Of this LMS only.
    pub family: Option<PlatformFamily>,
    /// With this health only.
    pub health: Option<HealthState>,
    /// In which order.
    pub sort: RegistrationSort,
    /// How many at most.
    pub limit: u32,
    /// From where on; a cursor that was decoded for the same `sort`.
    pub after: Option<RegistrationCursor>,
}

/// A page of registrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationPage {
    /// The registrations.
    pub value: Vec<Registration>,
    /// Where the next page begins, if there is one.
    pub next: Option<RegistrationCursor>,
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
    ) -> Result<RegistrationPage, StoreError> {
        let texts = [&query.search, &query.app_id];
        if texts.into_iter().flatten().any(|text| !is_storable(text)) {
            return Ok(RegistrationPage {
                value: Vec::new(),
                next: None,
            });
        }
        let db = self.session().await?;
        let mut rows = select(tenant, query, now).all(&db).await?;
        let more = rows.len() > query.limit as usize;
        rows.truncate(query.limit as usize);
        let next = rows.last().filter(|_| more).map(|row| {
            RegistrationCursor(Position {
                sort: query.sort.code(),
                key: query.sort.key(row),
                id: row.id,
            })
        });
        Ok(RegistrationPage {
            value: self.complete(&db, rows, now).await?,
            next,
        })
    }
}

pub(crate) fn select(tenant: TenantId, query: &RegistrationQuery, now: OffsetDateTime) -> Select<Entity> {
    let RegistrationQuery {
        search,
        app_id,
        family,
        health,
        sort,
        limit,
        after,
    } = query;
    let order = if sort.descending { Order::Desc } else { Order::Asc };
    let mut select = Entity::find()
        .filter(Column::TenantId.eq(tenant.0))
        .filter(Column::DeletedAt.is_null())
        .order_by(sort.column(), order.clone())
        .order_by(Column::Id, order)
        .limit(u64::from(*limit) + 1);
    if let Some(text) = search {
        select = select.filter(Expr::col(Column::SearchText).like(contains(text)));
    }
    if let Some(app_id) = app_id {
        select = select.filter(Column::AppId.eq(app_id));
    }
    if let Some(family) = family {
        select = select.filter(Column::Family.eq(family.id()));
    }
    if let Some(health) = health {
        let of_keyset = Column::HealthState.eq(health_state(*health));
        select = select.filter(match health {
            HealthState::Bad => fails(now).add(of_keyset),
            HealthState::Good | HealthState::Unknown => Condition::all().add(of_keyset).add(fails(now).not()),
        });
    }
    if let Some(RegistrationCursor(Position { sort: _, key, id })) = after {
        let key = match key {
            SortKey::Text(text) => Expr::value(text.clone()),
            SortKey::Micros(micros) => Expr::value(*micros),
        };
        let (columns, position) = (
            Expr::tuple([Expr::col(sort.column()), Expr::col(Column::Id)]),
            Expr::tuple([key, Expr::value(*id)]),
        );
        select = select.filter(if sort.descending {
            columns.lt(position)
        } else {
            columns.gt(position)
        });
    }
    select
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
