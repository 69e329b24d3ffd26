use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tenants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub display_name: String,
    pub state: String,
    pub registered_at: i64,
    pub registered_by_id: String,
    pub registered_by_name: String,
    pub registered_by_kind: String,
}

impl ActiveModelBehavior for ActiveModel {}
