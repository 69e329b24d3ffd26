//! The steps of the wizard. Each has an address, so that the back button and a reload work.

use super::Draft;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    App,
    NameAndLms,
    GatewayKeys,
    LmsKeys,
    CheckAndSave,
}

impl Step {
    pub(crate) const ALL: [Self; 5] = [
        Self::App,
        Self::NameAndLms,
        Self::GatewayKeys,
        Self::LmsKeys,
        Self::CheckAndSave,
    ];

    /// 1 to 5.
    pub(crate) fn number(self) -> usize {
        self as usize + 1
    }

    /// The name of the step in the address.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::NameAndLms => "name",
            Self::GatewayKeys => "gateway-keys",
            Self::LmsKeys => "lms-keys",
            Self::CheckAndSave => "check",
        }
    }

    pub(crate) fn path(self) -> String {
        format!("/registrations/new?step={}", self.slug())
    }

    pub(crate) fn next(self) -> Option<Self> {
        Self::ALL.get(self as usize + 1).copied()
    }

    pub(crate) fn back(self) -> Option<Self> {
        (self as usize).checked_sub(1).map(|place| Self::ALL[place])
    }

    /// The step in the address, limited to the steps that the draft has reached.
    pub(crate) fn reached(slug: &str, draft: &Draft) -> Self {
        let wanted = Self::ALL.into_iter().find(|step| step.slug() == slug).unwrap_or(Self::App);
        wanted.min(Self::furthest(draft))
    }

    fn furthest(draft: &Draft) -> Self {
        if draft.app_id.is_empty() {
            Self::App
        } else if draft.platform.is_empty() || crate::text::clean(&draft.name).is_empty() {
            Self::NameAndLms
        } else if !draft.lms_keys_entered {
            Self::LmsKeys
        } else {
            Self::CheckAndSave
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_no_further_than_the_draft() {
        let mut draft = Draft::default();
        assert_eq!(Step::reached("check", &draft), Step::App);
        "launch-inspector".clone_into(&mut draft.app_id);
        assert_eq!(Step::reached("check", &draft), Step::NameAndLms);
        "Contoso".clone_into(&mut draft.name);
        "moodle".clone_into(&mut draft.platform);
        assert_eq!(Step::reached("check", &draft), Step::LmsKeys);
        draft.lms_keys_entered = true;
        assert_eq!(Step::reached("check", &draft), Step::CheckAndSave);
        assert_eq!(Step::reached("name", &draft), Step::NameAndLms);
        assert_eq!(Step::reached("nonsense", &draft), Step::App);
    }

    #[test]
    fn steps_follow_each_other() {
        assert_eq!(Step::App.back(), None);
        assert_eq!(Step::CheckAndSave.next(), None);
        assert_eq!(Step::GatewayKeys.next().and_then(Step::back), Some(Step::GatewayKeys));
    }
}
