//! LTI platform storage (1EdTech lti-pm-s v0.1) as several LMSs offer it, or not: pages of the LMS keep values for tools whose cookies
//! the browser refuses. The pages' own script does the work; this module defines which page keeps them, and what the tool learns of it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::page::{self, May};

/// The LMS whose storage is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Storage {
    /// None: Moodle, Schoology and Open edX offer nothing.
    #[default]
    Moodle,
    /// In a frame beside the tool's.
    Canvas,
    /// Canvas's apps and its editor name that frame too, but it isn't there, and nobody answers.
    CanvasApp,
    /// In a frame beside the tool's, which the authentication response doesn't name again.
    Blackboard,
    /// In the page around the tool.
    Brightspace,
    /// In the page around the tool, also by the names of before the specification.
    Sakai,
    /// In the page around the tool, by the names of before the specification only.
    Older,
    /// In a frame that the login doesn't name, but the page around the tool does when it is asked for its capabilities.
    Elsewhere,
}

const CURRENT: &str = "lti.";
const BEFORE: &str = "org.imsglobal.lti.";

impl Storage {
    /// Everything that can be chosen, in the order of the course page.
    pub const ALL: [Self; 8] = [
        Self::Moodle,
        Self::Canvas,
        Self::CanvasApp,
        Self::Blackboard,
        Self::Brightspace,
        Self::Sakai,
        Self::Older,
        Self::Elsewhere,
    ];

    /// The word that stands for it in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Moodle => "moodle",
            Self::Canvas => "canvas",
            Self::CanvasApp => "canvas-app",
            Self::Blackboard => "blackboard",
            Self::Brightspace => "brightspace",
            Self::Sakai => "sakai",
            Self::Older => "older",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// Its name on the course page.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Moodle => "Moodle",
            Self::Canvas => "Canvas",
            Self::CanvasApp => "Canvas app",
            Self::Blackboard => "Blackboard",
            Self::Brightspace => "Brightspace",
            Self::Sakai => "Sakai",
            Self::Older => "Older LMS",
            Self::Elsewhere => "Other LMS",
        }
    }

    /// `lti_storage_target` of the login initiation.
    pub(crate) fn target(self) -> Option<&'static str> {
        match self {
            Self::Moodle => None,
            Self::Canvas | Self::CanvasApp => Some("post_message_forwarding"),
            Self::Blackboard => Some("lti_storage_frame"),
            Self::Brightspace | Self::Sakai | Self::Older | Self::Elsewhere => Some("_parent"),
        }
    }

    /// `lti_storage_target` of the authentication response.
    pub(crate) fn repeated_target(self) -> Option<&'static str> {
        self.target().filter(|_| self != Self::Blackboard)
    }

    /// The name of the frame that keeps, where it isn't the page itself.
    pub(crate) fn frame(self) -> Option<&'static str> {
        match self {
            Self::Canvas => Some("post_message_forwarding"),
            Self::Blackboard => Some("lti_storage_frame"),
            Self::Elsewhere => Some("lms_storage"),
            Self::Moodle | Self::CanvasApp | Self::Brightspace | Self::Sakai | Self::Older => None,
        }
    }

    /// How the subjects begin that are answered, with a space between; nothing where nobody answers.
    pub(crate) fn prefixes(self) -> String {
        let prefixes: &[&str] = match self {
            Self::Moodle | Self::CanvasApp => &[],
            Self::Canvas | Self::Sakai => &[CURRENT, BEFORE],
            Self::Blackboard | Self::Brightspace | Self::Elsewhere => &[CURRENT],
            Self::Older => &[BEFORE],
        };
        prefixes.join(" ")
    }

    /// The part of the query that keeps the choice in an address that has a query already.
    pub(crate) fn in_query(self) -> String {
        match self {
            Self::Moodle => String::new(),
            chosen => format!("&like={}", chosen.word()),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Keeping {
    like: Storage,
}

#[derive(Template)]
#[template(path = "storage_frame.html")]
struct Frame {
    prefixes: String,
}

/// The frame that keeps.
pub(crate) async fn frame(keeping: web::Query<Keeping>) -> HttpResponse {
    let page = Frame {
        prefixes: keeping.like.prefixes(),
    };
    page::show(StatusCode::OK, &page, May::SendFormsHere)
}
