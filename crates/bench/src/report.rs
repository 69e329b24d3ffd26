//! The measurements, as tables in Markdown.

use std::fmt::Write as _;

use crate::load::{Measured, Pace};

/// One measured figure beside its goal.
pub(crate) struct Goal {
    pub(crate) what: &'static str,
    pub(crate) goal: String,
    pub(crate) measured: String,
    /// `None` where this machine can't tell.
    pub(crate) met: Option<bool>,
}

impl Goal {
    /// At most `most`, in `unit`.
    pub(crate) fn at_most(what: &'static str, most: f64, measured: f64, unit: &str) -> Self {
        Self {
            what,
            goal: format!("≤ {most}{unit}"),
            measured: format!("{measured:.2}{unit}"),
            met: Some(measured <= most),
        }
    }
}

/// The measurements beside the floor that was measured in the same run.
pub(crate) fn measurements(all: &[Measured], floor: f64) -> String {
    let mut table = String::from(
        "| Tool side | Load | Launches | CPU ms a launch: tool + database | × floor | launches/s | p50 | p95 | p99 ms | peak MiB | refused |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for measured in all {
        let Measured {
            name,
            pace,
            launches,
            refused,
            cpu: (tool, database),
            peak_memory,
            ..
        } = measured;
        let load = match pace {
            Pace::AtOnce(at_once) => format!("{at_once} at once"),
            Pace::PerSecond(rate) => format!("{rate:.0} a second"),
        };
        let _infallible = writeln!(
            table,
            "| {name} | {load} | {launches} | {tool:.3} + {database:.3} | {:.1} | {:.0} | {:.1} | {:.1} | {:.1} | {peak_memory:.0} | {refused} |",
            measured.whole_cpu() / floor,
            measured.per_second(),
            measured.percentile(50),
            measured.percentile(95),
            measured.percentile(99),
        );
    }
    table
}

/// The goals, and whether they are met.
pub(crate) fn goals(all: &[Goal]) -> String {
    let mut table = String::from("| Figure | Goal | Measured | |\n|---|---|---|---|\n");
    for Goal {
        what,
        goal,
        measured,
        met,
    } in all
    {
        let met = match met {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "can't be told here",
        };
        let _infallible = writeln!(table, "| {what} | {goal} | {measured} | {met} |");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_is_a_row() {
        let measured = Measured {
            name: "tool".to_owned(),
            pace: Pace::AtOnce(16),
            launches: 4,
            refused: 1,
            seconds: 2.0,
            cpu: (0.25, 0.05),
            times: vec![1.0, 2.0, 3.0, 40.0],
            peak_memory: 12.3,
        };
        let table = measurements(&[measured], 0.1);
        let row = "| tool | 16 at once | 4 | 0.250 + 0.050 | 3.0 | 2 | 2.0 | 40.0 | 40.0 | 12 | 1 |";
        assert_eq!(table.lines().last(), Some(row));
    }

    #[test]
    fn a_goal_that_is_missed_says_so() {
        let table = goals(&[Goal::at_most("start-up", 300.0, 300.5, " ms")]);
        assert!(
            table.ends_with("| start-up | ≤ 300 ms | 300.50 ms | **missed** |\n"),
            "{table}"
        );
    }
}
