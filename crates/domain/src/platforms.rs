/// An LMS, as far as its registration differs from that of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LmsProduct {
    /// Canvas, hosted by Instructure.
    Canvas,
    /// Canvas's beta environment.
    CanvasBeta,
    /// Canvas's test environment.
    CanvasTest,
    /// Canvas on a school's own servers.
    CanvasSelfHosted,
    /// Blackboard Learn.
    Blackboard,
    /// Moodle.
    Moodle,
    /// Open LMS, a Moodle.
    OpenLms,
    /// D2L Brightspace.
    Brightspace,
    /// Schoology Learning.
    Schoology,
    /// Sakai.
    Sakai,
    /// Open edX.
    OpenEdx,
    /// Any other LTI 1.3 platform.
    Other,
}

impl LmsProduct {
    /// All products, in the order in which they are offered.
    pub const ALL: [Self; 12] = [
        Self::Moodle,
        Self::OpenLms,
        Self::Canvas,
        Self::CanvasBeta,
        Self::CanvasTest,
        Self::CanvasSelfHosted,
        Self::Blackboard,
        Self::Brightspace,
        Self::Schoology,
        Self::Sakai,
        Self::OpenEdx,
        Self::Other,
    ];

    /// The stable id on the wire and in the database.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Canvas => "canvas",
            Self::CanvasBeta => "canvas-beta",
            Self::CanvasTest => "canvas-test",
            Self::CanvasSelfHosted => "canvas-self-hosted",
            Self::Blackboard => "blackboard",
            Self::Moodle => "moodle",
            Self::OpenLms => "open-lms",
            Self::Brightspace => "brightspace",
            Self::Schoology => "schoology",
            Self::Sakai => "sakai",
            Self::OpenEdx => "open-edx",
            Self::Other => "other",
        }
    }

    /// The product of that id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.id() == id)
    }

    /// The name that people know it by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Canvas => "Canvas",
            Self::CanvasBeta => "Canvas (beta)",
            Self::CanvasTest => "Canvas (test)",
            Self::CanvasSelfHosted => "Canvas (self-hosted)",
            Self::Blackboard => "Blackboard",
            Self::Moodle => "Moodle",
            Self::OpenLms => "Open LMS",
            Self::Brightspace => "D2L Brightspace",
            Self::Schoology => "Schoology Learning",
            Self::Sakai => "Sakai",
            Self::OpenEdx => "Open edX",
            Self::Other => "Other",
        }
    }

    /// True if many schools use this client ID, so that only the deployment tells them apart: always on Blackboard and
    /// Schoology; on hosted Canvas for inherited developer keys (15 digits that begin with 17).
    #[must_use]
    pub fn client_ids_are_shared(self, client_id: &str) -> bool {
        match self {
            Self::Blackboard | Self::Schoology => true,
            _ => self.has_inherited_client_ids() && is_inherited_canvas_key(client_id),
        }
    }

    /// True if some of its client IDs are published for all schools beside the schools' own.
    #[must_use]
    pub const fn has_inherited_client_ids(self) -> bool {
        matches!(self, Self::Canvas | Self::CanvasBeta | Self::CanvasTest)
    }
}

/// True if Instructure published this Canvas developer key for all schools to switch on.
pub(crate) fn is_inherited_canvas_key(client_id: &str) -> bool {
    client_id.len() == 15 && client_id.starts_with("17") && client_id.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_back_and_unique() {
        for product in LmsProduct::ALL {
            assert_eq!(LmsProduct::from_id(product.id()), Some(product));
        }
        assert_eq!(LmsProduct::from_id("Moodle"), None);
    }

    #[test]
    fn which_client_ids_are_shared() {
        use LmsProduct::{Blackboard, Canvas, CanvasBeta, CanvasSelfHosted, Moodle, Other, Schoology};
        for (product, client_id, shared) in [
            (Blackboard, "027328b7-c2e3-4c9e-aaa1-07802dae6c89", true),
            (Schoology, "5910037138", true),
            (Canvas, "170000000000570", true),
            (CanvasBeta, "170000000001935", true),
            (Canvas, "10000000000042", false),
            (Canvas, "1700000000005701", false),
            (Canvas, "180000000000570", false),
            (Canvas, "17000000000057x", false),
            (CanvasSelfHosted, "170000000000570", false),
            (Moodle, "170000000000570", false),
            (Other, "170000000000570", false),
        ] {
            assert_eq!(product.client_ids_are_shared(client_id), shared, "{product:?} {client_id}");
        }
    }
}
