use leptos::prelude::*;

use super::Reading;
use crate::i18n::texts;

/// `/help/keyboard`.
#[component]
pub(crate) fn KeyboardPage() -> impl IntoView {
    let t = &texts().keyboard;
    let keys = [
        (vec![t.tab_key, t.shift_tab], t.tab),
        (vec![t.enter_key, t.space], t.enter),
        (vec!["↑", "↓"], t.arrows),
        (vec![t.home, t.end], t.ends),
        (vec![t.escape_key], t.escape),
        (vec![t.back_key, "⌘ + ["], t.back),
    ];
    let key = |name: &'static str| view! { <kbd>{name}</kbd> " " };
    let row = move |(keys, text): (Vec<&'static str>, &'static str)| {
        view! {
            <tr>
                <th scope="row">{keys.into_iter().map(key).collect_view()}</th>
                <td>{text}</td>
            </tr>
        }
    };
    view! {
        <Reading title=t.title lead=t.lead>
            <div class="card">
                <table class="table table-keep">
                    <caption class="sr-only">{t.title}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t.key}</th>
                            <th scope="col">{t.effect}</th>
                        </tr>
                    </thead>
                    <tbody>{keys.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </Reading>
    }
}
