//! A small LTI 1.3 platform, "Practice LMS" of Contoso University: to try a tool with in the browser (the binary
//! `practice-lms`) and to test one with from Rust ([`PracticeLms::start`]).
//!
//! It behaves like a Moodle 4.5: same paths, same claims, launches that can be used once, the same answers to a wrong
//! authentication request. Its claim names ([`claim`]) are its own on purpose: a tool that takes them from its own list
//! is then tested against a second spelling. Its pages can play the platform storage of other LMSs too ([`Storage`]). It gives out access tokens and the members
//! of its course, and keeps a gradebook.
//!
//! ```no_run
//! use practice_lms::{LaunchSpec, Person, PracticeLms, Settings};
//!
//! let lms = PracticeLms::start(Settings::on_any_port("http://localhost:8080"))?;
//! let without_roles = LaunchSpec::new(Person::Teacher, "nonce-1").without(practice_lms::claim::ROLES);
//! let id_token = lms.id_token(&without_roles);
//! # Ok::<(), practice_lms::StartError>(())
//! ```

mod auth;
pub mod claim;
mod content;
mod course;
mod data_file;
mod gradebook;
mod keyset;
mod launches;
mod lms;
mod page;
mod people;
mod server;
mod services;
mod settings;
mod signing;
mod storage;
mod token;
mod tool;
mod tool_settings;

pub use data_file::DataError;
pub use gradebook::GradesBehaviour;
pub use keyset::KeysetBehaviour;
pub use people::Person;
pub use server::{PracticeLms, Running};
pub use services::{RosterBehaviour, TokenBehaviour};
pub use settings::{Settings, StartError, shared_key};
pub use signing::Signature;
pub use storage::Storage;
pub use token::{Container, LaunchSpec, Message};
pub use tool::{ToolError, ToolSettings};
