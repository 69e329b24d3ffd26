//! The people of the course.

use serde::Deserialize;

/// The person who launches. Accounts are not needed here: a link names the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Person {
    /// Tess Teacher, teaches the course.
    #[default]
    Teacher,
    /// Sam Student, takes the course.
    Student,
    /// Ada Admin, runs the LMS.
    Admin,
}

impl Person {
    /// Everybody, in the order of the course page.
    pub const ALL: [Self; 3] = [Self::Teacher, Self::Student, Self::Admin];

    /// The word that stands for this person in addresses: `teacher`, `student` or `admin`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Teacher => "teacher",
            Self::Student => "student",
            Self::Admin => "admin",
        }
    }

    /// The number of the account, as Moodle uses it for `sub` and `login_hint`.
    pub fn number(self) -> &'static str {
        match self {
            Self::Admin => "2",
            Self::Teacher => "3",
            Self::Student => "4",
        }
    }

    /// First name.
    pub fn given_name(self) -> &'static str {
        match self {
            Self::Teacher => "Tess",
            Self::Student => "Sam",
            Self::Admin => "Ada",
        }
    }

    /// Last name.
    pub fn family_name(self) -> &'static str {
        match self {
            Self::Teacher => "Teacher",
            Self::Student => "Student",
            Self::Admin => "Admin",
        }
    }

    /// Full name.
    pub fn name(self) -> String {
        format!("{} {}", self.given_name(), self.family_name())
    }

    /// The LTI roles as Moodle sends them.
    pub fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Teacher => &["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
            Self::Student => &["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
            Self::Admin => &[
                "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator",
                "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
                "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
            ],
        }
    }
}
