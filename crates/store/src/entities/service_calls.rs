use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_calls")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub registration_id: Uuid,
    pub app_id: String,
    pub service: String,
    pub outcome: String,
    pub upstream_status: Option<i32>,
    pub code: String,
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
