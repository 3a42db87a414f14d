//! Labels that the staff puts on conversations: `label`.

use crate::LabelId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "label")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: LabelId,
    pub name: String,
    /// Lower-cased, unique.
    #[sea_orm(unique)]
    pub name_key: String,
    /// `#rrggbb`.
    pub color: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
