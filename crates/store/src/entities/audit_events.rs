use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: i64,
    pub tenant_id: Uuid,
    pub by_id: String,
    pub by_name: String,
    pub by_kind: String,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: String,
    pub registration_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
