//! A list. Its filters are in the address and its pages come from the API. It shows the page, placeholder rows, an empty state or
//! an error.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use leptos::prelude::*;

use super::list_parameters::ListParameters;
use super::pager::Pager;
use super::skeleton::SkeletonRows;
use super::{Button, Icon, LoadFailed};
use crate::api::{Api, ApiError, ListRoute};
use crate::i18n::texts;
use crate::load::{Load, Loaded, load};
use crate::reactive::{dynamic, effect};

/// A page of a list. Its rows have no static type, so that most of the list's code is compiled once.
#[derive(Clone)]
struct ListPage {
    /// A `Vec` of them.
    rows: Arc<dyn Any + Send + Sync>,
    count: usize,
    next_link: Option<String>,
    /// From 1 on.
    number: usize,
    is_filtered: bool,
}

/// The rows, their number, and the link to the next page.
type Answer = Result<(Arc<dyn Any + Send + Sync>, usize, Option<String>), ApiError>;

/// Asks the API for the page at a path.
type Fetch = Box<dyn Fn(Api, String) -> LocalBoxFuture<'static, Answer>>;

/// The view under the filters.
#[derive(Clone, Debug, PartialEq)]
enum ListBody {
    /// The rows, or placeholder rows.
    Table,
    NothingFits,
    /// The list has no entries at all.
    Empty,
    Failure(ApiError),
}

/// A list: the query in its address and the loaded page.
pub(crate) struct List<T> {
    pub(crate) parameters: ListParameters,
    page: Loaded<ListPage>,
    body: Memo<ListBody>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T: Clone + Send + Sync + 'static> List<T> {
    /// Fetches the page that the address names, now and whenever the address changes. `fetch` returns the rows and the link
    /// to the next page.
    pub(crate) fn new<F, Fut>(of: &'static ListRoute, fetch: F) -> Self
    where
        F: Fn(Api, String) -> Fut + 'static,
        Fut: Future<Output = Result<(Vec<T>, Option<String>), ApiError>> + 'static,
    {
        let (parameters, page, body) = fetch_pages(
            of,
            Box::new(move |api, path| {
                let answer = fetch(api, path);
                Box::pin(async move {
                    let (rows, next_link) = answer.await?;
                    let count = rows.len();
                    Ok((Arc::new(rows) as Arc<dyn Any + Send + Sync>, count, next_link))
                })
            }),
        );
        Self {
            parameters,
            page,
            body,
            of: PhantomData,
        }
    }

    /// The loaded rows.
    pub(crate) fn rows(self) -> Option<Vec<T>> {
        self.page.ready()?.rows.downcast_ref().cloned()
    }

    /// Replaces the rows without fetching them.
    pub(crate) fn set_rows(self, rows: Vec<T>) {
        if let Some(page) = untrack(|| self.page.ready()) {
            let count = rows.len();
            let rows = Arc::new(rows);
            self.page.set(ListPage { rows, count, ..page });
        }
    }

    pub(crate) fn again(self) {
        self.page.again();
    }

    /// Changes each time the list is fetched again.
    pub(crate) fn refreshed(self) -> Signal<u32> {
        self.page.attempts()
    }

    /// The list has no entries at all.
    pub(crate) fn is_empty(self) -> bool {
        self.body.with(|body| *body == ListBody::Empty)
    }

    pub(crate) fn refresh(self) -> AnyView {
        let page = self.page;
        view! { <Refresh page /> }.into_any()
    }

    /// The table with its header and pager, or the view that replaces it.
    pub(crate) fn view(self, shape: ListShape, row: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView {
        let rows = Callback::new(move |()| {
            let rows = self.rows()?;
            Some(rows.into_iter().map(&row).collect::<Vec<_>>())
        });
        let Self {
            parameters, page, body, ..
        } = self;
        view! { <Shown parameters page body shape rows /> }.into_any()
    }
}

/// The part of [`List::new`] that is the same for all lists, compiled once.
fn fetch_pages(of: &'static ListRoute, fetch: Fetch) -> (ListParameters, Loaded<ListPage>, Memo<ListBody>) {
    let api = expect_context::<Api>();
    let parameters = ListParameters::new(of);
    let page = load(move || {
        let (page, query) = (parameters.page(), parameters.query());
        let (number, is_filtered) = (parameters.page_number(), query.is_filter());
        let answer = fetch(api.clone(), page.unwrap_or_else(|| query.path()));
        async move {
            let (rows, count, next_link) = answer.await?;
            Ok(ListPage {
                rows,
                count,
                next_link,
                number,
                is_filtered,
            })
        }
    });
    // The last row of the page was removed.
    effect(move || match page.ready() {
        Some(emptied) if emptied.count == 0 && emptied.number > 1 => parameters.go_back(),
        Some(emptied) if is_emptied(&emptied) => page.again(),
        _ => {}
    });
    let body = Memo::new(move |_| match page.get() {
        Load::Failed(error) => ListBody::Failure(error),
        Load::Ready(page) if page.count == 0 => {
            if is_emptied(&page) {
                ListBody::Table
            } else if !page.is_filtered {
                ListBody::Empty
            } else {
                ListBody::NothingFits
            }
        }
        Load::Pending | Load::Ready(_) => ListBody::Table,
    });
    (parameters, page, body)
}

/// The page is empty, but other pages are not.
fn is_emptied(page: &ListPage) -> bool {
    page.count == 0 && (page.number > 1 || page.next_link.is_some())
}

#[component]
fn Refresh(page: Loaded<ListPage>) -> impl IntoView {
    let busy = Signal::derive(move || page.busy());
    let press = Callback::new(move |()| page.again());
    view! { <Button label=texts().common.refresh.to_owned() icon="arrow-sync" class="button-subtle" press busy /> }
}

/// A column of a list.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    text: &'static str,
    class: &'static str,
    /// The field that the column sorts by. Empty if it doesn't sort.
    sort: &'static str,
}

impl Column {
    /// The class sets the width. A column without a class takes the remaining width.
    pub(crate) fn new(text: &'static str, class: &'static str) -> Self {
        Self { text, class, sort: "" }
    }

    pub(crate) fn sorting(text: &'static str, class: &'static str, sort: &'static str) -> Self {
        Self { text, class, sort }
    }

    /// A column of icon buttons.
    pub(crate) fn actions(class: &'static str) -> Self {
        Self::new("", class)
    }
}

/// The texts and columns of a list.
pub(crate) struct ListShape {
    pub(crate) table: &'static str,
    pub(crate) columns: Vec<Column>,
    /// The text for a number of entries.
    pub(crate) count: fn(usize) -> String,
    pub(crate) back: &'static str,
    pub(crate) on: &'static str,
    pub(crate) nothing_fits: &'static str,
    /// The view for a list without entries.
    pub(crate) empty: fn() -> AnyView,
}

#[component]
fn Shown(
    parameters: ListParameters,
    page: Loaded<ListPage>,
    body: Memo<ListBody>,
    shape: ListShape,
    rows: Callback<(), Option<Vec<AnyView>>>,
) -> impl IntoView {
    let ListShape {
        count,
        nothing_fits,
        empty,
        ..
    } = shape;
    let again = Callback::new(move |()| page.again());
    let next_link = Signal::derive(move || page.ready().and_then(|page| page.next_link));
    let summary = Signal::derive(move || {
        let page = page.ready();
        page.map(|page| match (page.number, page.next_link) {
            (1, None) => count(page.count),
            (number, _) => texts().list.page.with([&number.to_string(), &count(page.count)]),
        })
        .unwrap_or_default()
    });
    let status = move || match summary.get() {
        summary if summary.is_empty() && body.with(|body| *body == ListBody::Table) => texts().common.loading.to_owned(),
        summary => summary,
    };
    let width = shape.columns.len();
    let row_views = move || match rows.run(()) {
        Some(rows) => rows.into_any(),
        None => view! { <SkeletonRows columns=width /> }.into_any(),
    };
    let table = move || {
        let ListShape {
            table,
            ref columns,
            back,
            on,
            ..
        } = shape;
        let header = |column: &Column| view! { <Header parameters column=*column /> };
        view! {
            <div class="card" aria-busy=move || page.busy().to_string()>
                <div class="table-wrap">
                    <table class="table table-list" role="table">
                        <caption class="sr-only">{table}</caption>
                        <thead role="rowgroup">
                            <tr role="row">{columns.iter().map(header).collect_view()}</tr>
                        </thead>
                        <tbody role="rowgroup">{dynamic(row_views)}</tbody>
                    </table>
                </div>
                <Pager parameters next_link summary back on />
            </div>
        }
    };
    view! {
        {dynamic(move || match body.get() {
            ListBody::Table => table().into_any(),
            ListBody::NothingFits => view! { <NothingFits parameters heading=nothing_fits /> }.into_any(),
            ListBody::Empty => empty(),
            ListBody::Failure(error) => view! { <LoadFailed error again busy=Signal::derive(move || page.busy()) /> }.into_any(),
        })}
        <p class="sr-only" role="status">
            {dynamic(status)}
        </p>
    }
}

#[component]
fn Header(parameters: ListParameters, column: Column) -> impl IntoView {
    let Column { text, class, sort } = column;
    if text.is_empty() {
        let name = texts().list.actions;
        return view! { <th scope="col" role="columnheader" class=class><span class="sr-only">{name}</span></th> }.into_any();
    }
    if sort.is_empty() {
        return view! { <th scope="col" role="columnheader" class=class>{text}</th> }.into_any();
    }
    view! {
        <th scope="col" role="columnheader" class=class aria-sort=move || parameters.query().order(sort)>
            <button class="sort" type="button" on:click=move |_| parameters.apply(&untrack(|| parameters.query()).sorted(sort))>
                {text}
                <Icon name="arrow-down" />
            </button>
        </th>
    }
    .into_any()
}

#[component]
fn NothingFits(parameters: ListParameters, heading: &'static str) -> impl IntoView {
    let t = &texts().list;
    let clear = Callback::new(move |()| parameters.clear_filters());
    view! {
        <div class="card empty">
            <h2>{heading}</h2>
            <p>{t.nothing_fits}</p>
            <div class="row">
                <Button label=t.clear_filters.to_owned() press=clear />
            </div>
        </div>
    }
}
