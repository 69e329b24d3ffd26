use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "problem_report_comments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub report_id: Uuid,
    pub at: i64,
    pub by_id: String,
    pub by_name: String,
    pub by_kind: String,
    pub by_support: bool,
    pub text: String,
}

impl ActiveModelBehavior for ActiveModel {}
