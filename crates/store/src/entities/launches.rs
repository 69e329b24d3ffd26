use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "launches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub reference: String,
    pub at: i64,
    pub tenant_id: Option<Uuid>,
    pub registration_id: Option<Uuid>,
    pub outcome: String,
    pub class: String,
    pub code: Option<String>,
    pub message_type: Option<String>,
    pub issuer: Option<String>,
    pub client_id: Option<String>,
    pub state_id: Option<Vec<u8>>,
    pub checks: String,
}

impl ActiveModelBehavior for ActiveModel {}
