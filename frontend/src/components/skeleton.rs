use leptos::prelude::*;

/// Placeholder rows of a table that is loading. CSS shows them after 300 ms, so that quick answers don't flicker.
#[component]
pub(crate) fn SkeletonRows(columns: usize) -> impl IntoView {
    let cells = move || {
        (0..columns)
            .map(|place| {
                let width = ["skeleton w-70", "skeleton w-50", "skeleton w-60"][place % 3];
                view! { <td role="cell"><span class=width></span></td> }
            })
            .collect_view()
    };
    (0..5)
        .map(|_| view! { <tr class="late" role="row" aria-hidden="true">{cells()}</tr> })
        .collect_view()
}
