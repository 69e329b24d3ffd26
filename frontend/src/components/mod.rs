//! What pages are made of.

mod copy;
mod dialog;
mod field;
mod header;
mod heading;
mod icon;
mod live;
mod menu;
mod message;
mod monogram;
mod notice;
mod pager;
mod pill;
mod shell;
mod skeleton;
mod states;
mod values;

pub(crate) use copy::{Announcement, Announcer, CopyAll, CopyField, CopyIcon};
pub(crate) use dialog::{AlertDialog, Drawer};
pub(crate) use field::{ErrorSummary, FieldError};
pub(crate) use header::Header;
pub(crate) use heading::Heading;
pub(crate) use icon::{Icon, Sprite};
pub(crate) use live::live;
pub(crate) use message::{Intent, MessageBar};
pub(crate) use monogram::{initials, tone};
pub(crate) use notice::{Notice, NoticeRegion};
pub(crate) use pager::{PageLinks, Pager};
pub(crate) use pill::{HealthPill, OutcomePill};
pub(crate) use shell::{Narrow, Shell, ShellRoute};
pub(crate) use skeleton::SkeletonRows;
pub(crate) use states::{Calm, LoadFailed, TryAgain, explain};
pub(crate) use values::{Value, ValueList};
