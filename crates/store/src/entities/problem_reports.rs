use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "problem_reports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: String,
    pub tenant_id: Uuid,
    pub category: String,
    pub summary: String,
    pub description: String,
    pub contact_email: Option<String>,
    pub launch_reference: Option<String>,
    pub signed_reference: Option<String>,
    pub attach_diagnostics: bool,
    pub diagnostics: Option<String>,
    pub browser: Option<String>,
    pub portal_version: Option<String>,
    pub search_text: String,
    pub created_at: i64,
    pub created_by_id: Option<String>,
    pub created_by_name: Option<String>,
    pub created_by_kind: Option<String>,
    pub updated_at: i64,
    pub state: String,
    pub comments: i32,
}

impl ActiveModelBehavior for ActiveModel {}
