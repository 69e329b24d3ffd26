use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "registrations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub name: String,
    pub name_lower: String,
    pub search_text: String,
    pub app_id: String,
    pub family: String,
    pub issuer: String,
    pub client_id: String,
    pub authentication_url: String,
    pub keyset_url: String,
    pub access_token_url: Option<String>,
    pub access_token_audience: Option<String>,
    pub allow_anonymous: bool,
    pub accept_any_deployment: bool,
    pub created_at: i64,
    pub created_by_id: String,
    pub created_by_name: String,
    pub created_by_kind: String,
    pub last_launch_at: i64,
    pub health_state: String,
    pub health_since: Option<i64>,
    pub health_detail: Option<String>,
    pub deleted_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
