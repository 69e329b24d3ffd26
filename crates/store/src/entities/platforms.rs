use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "platforms")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub issuer: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: String,
    pub family: String,
    pub tenant_id: Option<Uuid>,
    pub authentication_url: String,
    pub keyset_url: String,
    pub access_token_url: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
