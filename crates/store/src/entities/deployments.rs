use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deployments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub registration_id: Uuid,
    pub issuer: String,
    pub client_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub deployment_id: String,
    pub state: String,
    pub first_seen_at: i64,
    /// When a launch of it was first signed by keys of the issuer itself.
    pub confirmed_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
