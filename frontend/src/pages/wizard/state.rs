use contract::{LmsField, LmsSite};
use leptos::prelude::*;

use crate::config::Config;
use crate::i18n::texts;
use crate::reactive::effect;
use crate::session::{Catalogue, SavedForm};
use crate::wizard::{Draft, DraftError, DraftErrorKind, Place, Step};

/// The draft while it is being filled in, and what is wrong with it.
#[derive(Clone, Copy)]
pub(super) struct Wizard {
    pub(super) draft: RwSignal<Draft>,
    /// What was found when a step was come to or its leaving was tried; it stays as it is until then, as it takes the focus.
    summary: RwSignal<Vec<DraftError>>,
    /// What is still wrong at the fields, of all steps: typing takes a error away.
    errors: RwSignal<Vec<DraftError>>,
    /// The draft was begun before this page was opened.
    pub(super) resumed: RwSignal<bool>,
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
            catalogue: expect_context(),
            storage,
            dev: expect_context::<Config>().dev,
        }
    }

    /// Goes on with another draft.
    pub(super) fn begin(&self, draft: Draft) {
        self.draft.set(draft);
        self.resumed.set(false);
        self.show_errors(Vec::new());
    }

    /// Forgets the draft, at once, as the page may be left next.
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

    /// The address that the chosen LMS's values follow from, where it isn't the issuer.
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

    /// Whether a step is in order; if not, what is wrong is told. What the gateway told of other steps still holds.
    pub(super) fn accepts(&self, step: Step) -> bool {
        let fields = untrack(|| self.fields());
        let mut errors = self.draft.with_untracked(|draft| draft.validate(step, &fields, self.dev));
        let in_order = errors.is_empty();
        let elsewhere = |error: &DraftError| error.place != Place::Whole && error.place.step() != step;
        errors.extend(self.errors.get_untracked().into_iter().filter(elsewhere));
        self.show_errors(errors);
        in_order
    }

    pub(super) fn show_errors(&self, errors: Vec<DraftError>) {
        self.errors.set(errors.clone());
        self.summary.set(errors);
    }

    /// Tells again what is still wrong, on coming to a step.
    pub(super) fn remind(&self) {
        self.summary.set(self.errors.get_untracked());
    }

    /// What stands above a step that has errors: its own lead to their fields, those of other steps to the step.
    pub(super) fn summary(&self, step: Step) -> Vec<(String, String)> {
        let here = |place: Place| place == Place::Whole || place.step() == step;
        let entry = |error: DraftError| {
            let target = match error.place {
                Place::Whole => String::new(),
                place if here(place) => place.id().to_owned(),
                place => place.step().path(),
            };
            let text = explain(&error);
            let name = self.label(error.place);
            (
                target,
                if name.is_empty() {
                    text
                } else {
                    texts().common.named.with([&name, &text])
                },
            )
        };
        // It takes the focus whenever it is drawn, so nothing but a new summary may draw it.
        let mut errors = self.summary.get();
        if !errors.iter().any(|error| here(error.place)) {
            return Vec::new();
        }
        errors.sort_by_key(|error| (!here(error.place), error.place.step()));
        untrack(|| errors.into_iter().map(entry).collect())
    }

    fn label(&self, place: Place) -> String {
        match place {
            Place::Name => texts().wizard.name_label.to_owned(),
            Place::Lms(name) => self
                .fields()
                .into_iter()
                .find(|field| field.field == name)
                .map(|field| field.label)
                .unwrap_or_default(),
            Place::Site => self.site().map(|site| site.label).unwrap_or_default(),
            // What is to be chosen is named by the error.
            Place::App | Place::Platform | Place::Whole => String::new(),
        }
    }

    /// What is wrong with a field.
    pub(super) fn error(&self, place: Place) -> Option<String> {
        self.errors
            .with(|errors| errors.iter().find(|error| error.place == place).map(explain))
    }

    /// Changes the draft at a field, which is judged anew only when the step is left.
    pub(super) fn enter(&self, place: Place, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        let fields = untrack(|| self.fields());
        // What follows from this field may be there now.
        let mended = |error: &DraftError| match error.place {
            Place::Lms(name) if error.kind == DraftErrorKind::Missing => {
                self.draft.with_untracked(|draft| !draft.value(name, &fields).is_empty())
            }
            _ => false,
        };
        self.errors
            .update(|errors| errors.retain(|error| error.place != place && !mended(error)));
    }
}

fn explain(error: &DraftError) -> String {
    let t = &texts().fields;
    match &error.kind {
        DraftErrorKind::Missing => match error.place {
            Place::App => t.missing_app,
            Place::Platform => t.missing_platform,
            _ => t.missing,
        }
        .to_owned(),
        DraftErrorKind::TooLong(max) => t.too_long.of(*max),
        DraftErrorKind::NotHttps => t.not_https.to_owned(),
        DraftErrorKind::NotAnAddress => t.not_address.to_owned(),
        DraftErrorKind::FromGateway(detail) => detail.clone(),
    }
}
