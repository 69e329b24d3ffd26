//! Launches per day: a bar chart, its totals as the accessible name, and the numbers as a table.

use contract::DailyLaunches;
use leptos::prelude::*;

use crate::dates;
use crate::i18n::texts;
use crate::numbers::number;

/// The height of the highest bar in percent. The rest leaves room for minimum heights.
const HIGHEST: u64 = 96;
/// The minimum height of a bar in percent, so that a single refusal among thousands of launches is visible.
const LEAST: u64 = 2;

/// The height of a segment of a bar in percent.
fn height(launches: u64, highest_day: u64) -> u64 {
    if launches == 0 {
        0
    } else {
        (launches * HIGHEST / highest_day.max(1)).max(LEAST)
    }
}

/// The totals of accepted and refused launches.
pub(crate) fn sums(days: &[DailyLaunches]) -> (u64, u64) {
    days.iter().fold((0, 0), |(accepted, refused), day| {
        (accepted + day.accepted, refused + day.refused)
    })
}

#[component]
pub(crate) fn LaunchChart(
    days: Vec<DailyLaunches>,
    /// A low chart without the table.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let t = &texts().chart;
    let highest_day = days.iter().map(|day| day.accepted + day.refused).max().unwrap_or_default();
    let (accepted, refused) = sums(&days);
    let edge = |day: Option<&DailyLaunches>| day.map(|day| dates::day_and_month(day.date)).unwrap_or_default();
    let name = t
        .name
        .with([&edge(days.first()), &edge(days.last()), &number(accepted), &number(refused)]);
    let part = |class: &'static str, launches| {
        let percent = height(launches, highest_day);
        (percent > 0).then(|| view! { <b class=class style:block-size=format!("{percent}%")></b> })
    };
    let bar = |day: &DailyLaunches| view! { <div class="bar">{part("no", day.refused)} {part("", day.accepted)}</div> };
    let every = if days.len() > 14 || small { 2 } else { 1 };
    // The last day is today and always has a label.
    let last = days.len().saturating_sub(1);
    let label = |(place, day): (usize, &DailyLaunches)| {
        let text = if (last - place).is_multiple_of(every) {
            day.date.day().to_string()
        } else {
            String::new()
        };
        view! { <span>{text}</span> }
    };
    let table = (!small).then(|| view! { <Numbers days=days.clone() /> });
    view! {
        <figure class=if small { "chart chart-small" } else { "chart" }>
            <div class="chart-legend" aria-hidden="true">
                <span>
                    <i class="ok"></i>
                    {texts().launches.accepted}
                </span>
                <span>
                    <i class="no"></i>
                    {texts().launches.refused}
                </span>
            </div>
            <div role="img" aria-label=name>
                <div class="chart-plot">{days.iter().map(bar).collect_view()}</div>
                <div class="chart-axis">{days.iter().enumerate().map(label).collect_view()}</div>
            </div>
            {table}
        </figure>
    }
}

#[component]
fn Numbers(days: Vec<DailyLaunches>) -> impl IntoView {
    let t = texts();
    let row = |day: DailyLaunches| {
        view! {
            <tr>
                <th scope="row">{dates::day_and_month(day.date)}</th>
                <td class="num">{number(day.accepted)}</td>
                <td class="num">{number(day.refused)}</td>
            </tr>
        }
    };
    view! {
        <details>
            <summary>{t.chart.as_table}</summary>
            <div class="table-wrap" tabindex="0" role="group" aria-label=t.chart.table>
                <table class="table table-compact table-keep">
                    <caption class="sr-only">{t.chart.table}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t.chart.day}</th>
                            <th scope="col" class="num">
                                {t.launches.accepted}
                            </th>
                            <th scope="col" class="num">
                                {t.launches.refused}
                            </th>
                        </tr>
                    </thead>
                    <tbody>{days.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use time::Date;

    use super::*;

    #[test]
    fn the_highest_day_fills_the_chart_and_the_least_is_seen() {
        assert_eq!(height(0, 5000), 0);
        assert_eq!(height(1, 5000), LEAST);
        assert_eq!(height(2500, 5000), HIGHEST / 2);
        assert_eq!(height(5000, 5000), HIGHEST);
    }

    #[test]
    fn no_bar_is_higher_than_the_chart() {
        for (accepted, refused) in [(1, 0), (1, 1), (9999, 1), (1, 9999), (500, 500)] {
            assert!(height(accepted, accepted + refused) + height(refused, accepted + refused) <= 100);
        }
    }

    #[test]
    fn sums_up_all_days() {
        let day = |accepted, refused| DailyLaunches {
            date: Date::MIN,
            accepted,
            refused,
        };
        assert_eq!(sums(&[day(2, 1), day(3, 0)]), (5, 1));
        assert_eq!(sums(&[]), (0, 0));
    }
}
