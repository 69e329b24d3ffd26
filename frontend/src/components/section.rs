use leptos::prelude::*;

/// A section of the drawer with a heading.
#[component]
pub(crate) fn Section(
    /// The id of the heading.
    id: &'static str,
    title: &'static str,
    /// Shown at the end of the heading's line.
    #[prop(optional)]
    end: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="section" aria-labelledby=id>
            <div class="section-head">
                <h3 id=id>{title}</h3>
                {end}
            </div>
            {children()}
        </section>
    }
}

/// A section of a page on a card.
#[component]
pub(crate) fn Card(
    id: &'static str,
    #[prop(into)] title: String,
    #[prop(default = "subtitle")] heading: &'static str,
    #[prop(optional)] end: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card card-pad" aria-labelledby=id>
            <div class="card-head">
                <h2 class=heading id=id>
                    {title}
                </h2>
                {end}
            </div>
            {children()}
        </section>
    }
}
