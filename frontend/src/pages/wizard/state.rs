use contract::{LmsField, LmsSite};
use leptos::prelude::*;

use crate::config::Config;
use crate::i18n::texts;
use crate::reactive::effect;
use crate::session::{Catalogue, SavedForm};
use crate::wizard::{Draft, DraftError, DraftErrorKind, DraftField, Step};

/// The draft in the wizard and its errors.
#[derive(Clone, Copy)]
pub(super) struct Wizard {
    pub(super) draft: RwSignal<Draft>,
    /// The errors in the summary. It takes the focus when it is drawn, so it changes only when a step is opened or submitted.
    summary: RwSignal<Vec<DraftError>>,
    /// The errors at the fields of all steps. Typing removes the error of a field.
    errors: RwSignal<Vec<DraftError>>,
    /// The draft was started before this page was opened.
    pub(super) resumed: RwSignal<bool>,
    /// Another organization has the LMS.
    pub(super) taken: RwSignal<bool>,
    catalogue: Catalogue,
    storage: StoredValue<SavedForm>,
    dev: bool,
}

impl Wizard {
    pub(super) fn new() -> Self {
        let storage = SavedForm::of("draft");
        let saved: Option<Draft> = storage.get();
        let resumed = RwSignal::new(saved.as_ref().is_some_and(|draft| !draft.is_empty()));
        let draft = RwSignal::new(saved.unwrap_or_default());
        let storage = StoredValue::new(storage);
        effect(move || {
            let draft = draft.get();
            storage.with_value(|storage| {
                if draft.is_empty() {
                    storage.clear();
                } else {
                    storage.set(&draft);
                }
            });
        });
        Self {
            draft,
            summary: RwSignal::default(),
            errors: RwSignal::default(),
            resumed,
            taken: RwSignal::new(false),
            catalogue: expect_context(),
            storage,
            dev: expect_context::<Config>().dev,
        }
    }

    /// Starts with another draft.
    pub(super) fn begin(&self, draft: Draft) {
        self.draft.set(draft);
        self.resumed.set(false);
        self.taken.set(false);
        self.show_errors(Vec::new());
    }

    /// Removes the draft at once, since the page may be left next.
    pub(super) fn discard(&self) {
        self.begin(Draft::default());
        self.storage.with_value(SavedForm::clear);
    }

    /// The fields of the chosen LMS.
    pub(super) fn fields(&self) -> Vec<LmsField> {
        let platform = self.draft.with(|draft| draft.platform.clone());
        self.catalogue
            .platform(&platform)
            .map(|platform| platform.fields)
            .unwrap_or_default()
    }

    /// The field for the LMS's address, if the LMS's values are derived from it and not from the issuer.
    pub(super) fn site(&self) -> Option<LmsSite> {
        let platform = self.draft.with(|draft| draft.platform.clone());
        self.catalogue.platform(&platform)?.site
    }

    pub(super) fn lms_name(&self) -> String {
        self.catalogue.platform_name(&self.draft.with(|draft| draft.platform.clone()))
    }

    /// The chosen LMS, in a sentence.
    pub(super) fn lms_in_sentence(&self) -> String {
        self.catalogue
            .lms_in_sentence(&self.draft.with(|draft| draft.platform.clone()))
    }

    pub(super) fn app_name(&self) -> String {
        self.catalogue.app_name(&self.draft.with(|draft| draft.app_id.clone()))
    }

    /// Validates a step and shows its errors. Errors that the gateway reported for other steps stay. True if the step is valid.
    pub(super) fn accepts(&self, step: Step) -> bool {
        let fields = untrack(|| self.fields());
        let mut errors = self.draft.with_untracked(|draft| draft.validate(step, &fields, self.dev));
        let in_order = errors.is_empty();
        let elsewhere = |error: &DraftError| error.field != DraftField::Form && error.field.step() != step;
        errors.extend(self.errors.get_untracked().into_iter().filter(elsewhere));
        self.show_errors(errors);
        in_order
    }

    pub(super) fn show_errors(&self, errors: Vec<DraftError>) {
        self.errors.set(errors.clone());
        self.summary.set(errors);
    }

    /// Updates the summary when a step is opened.
    pub(super) fn remind(&self) {
        self.summary.set(self.errors.get_untracked());
    }

    /// The error summary of a step, as targets and texts. The target is the field, or the step for errors of other steps.
    pub(super) fn summary(&self, step: Step) -> Vec<(String, String)> {
        let here = |field: DraftField| field == DraftField::Form || field.step() == step;
        let entry = |error: DraftError| {
            let target = match error.field {
                DraftField::Form => String::new(),
                field if here(field) => field.id().to_owned(),
                field => field.step().path(),
            };
            let text = explain(&error);
            let name = self.label(error.field);
            (
                target,
                if name.is_empty() {
                    text
                } else {
                    texts().common.named.with([&name, &text])
                },
            )
        };
        // The summary takes the focus when it is drawn, so only a new summary may redraw it.
        let mut errors = self.summary.get();
        if !errors.iter().any(|error| here(error.field)) {
            return Vec::new();
        }
        errors.sort_by_key(|error| (!here(error.field), error.field.step()));
        untrack(|| errors.into_iter().map(entry).collect())
    }

    fn label(&self, field: DraftField) -> String {
        match field {
            DraftField::Name => texts().wizard.name_label.to_owned(),
            DraftField::Lms(name) => self
                .fields()
                .into_iter()
                .find(|field| field.field == name)
                .map(|field| field.label)
                .unwrap_or_default(),
            DraftField::Site => self.site().map(|site| site.label).unwrap_or_default(),
            // The text of the error names the choice.
            DraftField::App | DraftField::Platform | DraftField::Form => String::new(),
        }
    }

    /// The error text of a field.
    pub(super) fn error(&self, field: DraftField) -> Option<String> {
        self.errors
            .with(|errors| errors.iter().find(|error| error.field == field).map(explain))
    }

    /// Changes a field of the draft. It is validated again when the step is submitted.
    pub(super) fn enter(&self, field: DraftField, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        self.taken.set(false);
        let fields = untrack(|| self.fields());
        // The value of another field may be derived from this one.
        let mended = |error: &DraftError| match error.field {
            DraftField::Lms(name) if error.kind == DraftErrorKind::Missing => {
                self.draft.with_untracked(|draft| !draft.value(name, &fields).is_empty())
            }
            _ => false,
        };
        self.errors
            .update(|errors| errors.retain(|error| error.field != field && !mended(error)));
    }
}

fn explain(error: &DraftError) -> String {
    let t = &texts().fields;
    match &error.kind {
        DraftErrorKind::Missing => match error.field {
            DraftField::App => t.missing_app,
            DraftField::Platform => t.missing_platform,
            _ => t.missing,
        }
        .to_owned(),
        DraftErrorKind::TooLong(max) => t.too_long.of(*max),
        DraftErrorKind::NotHttps => t.not_https.to_owned(),
        DraftErrorKind::NotAnAddress => t.not_address.to_owned(),
        DraftErrorKind::FromGateway(detail) => detail.clone(),
    }
}
