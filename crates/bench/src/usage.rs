//! The operating system's counts for processes: CPU time, memory.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// The unit of times in `/proc`, which Linux keeps at a hundredth of a second for programs, whatever its own is.
const TICK: Duration = Duration::from_millis(10);

/// CPU time that these processes and their descendants have used up to now, in user and in kernel mode.
pub(crate) fn cpu_time(processes: &[u32]) -> Result<Duration> {
    let all = all_processes()?;
    let mut counted: BTreeSet<u32> = processes.iter().copied().collect();
    loop {
        let children = all.iter().filter(|process| counted.contains(&process.parent));
        let more: BTreeSet<_> = children.map(|process| process.id).collect();
        if more.is_subset(&counted) {
            break;
        }
        counted.extend(more);
    }
    let ticks = all.iter().filter(|process| counted.contains(&process.id));
    Ok(TICK * ticks.map(|process| process.ticks).sum::<u32>())
}

/// The most memory that these processes have held, in MiB.
pub(crate) fn peak_memory(processes: &[u32]) -> Result<f64> {
    let mut kib = 0.0;
    for process in processes {
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|line| line.trim().strip_suffix("kB"));
        kib += peak.context("no VmHWM")?.trim().parse::<f64>()?;
    }
    Ok(kib / 1024.0)
}

struct Process {
    id: u32,
    parent: u32,
    ticks: u32,
}

fn all_processes() -> Result<Vec<Process>> {
    let folders = fs::read_dir("/proc").context("CPU times are read from /proc, which this system doesn't have")?;
    let ids = folders.filter_map(|folder| folder.ok()?.file_name().to_str()?.parse().ok());
    // Processes that ended meanwhile are left out.
    Ok(ids
        .filter_map(|id: u32| read(id, &fs::read_to_string(format!("/proc/{id}/stat")).ok()?))
        .collect())
}

/// proc_pid_stat(5): the name in parentheses may hold anything, so what counts begins after the last one.
fn read(id: u32, stat: &str) -> Option<Process> {
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u32>().ok();
    Some(Process {
        id,
        parent: number(1)?,
        ticks: number(11)? + number(12)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_whatever_its_name() {
        let stat = "7 (a) b (c) S 3 7 7 0 -1 4194560 1 2 3 4 50 6 70 8 20 0 1 0 100 0 0";
        let process = read(7, stat).unwrap();
        assert_eq!((process.id, process.parent, process.ticks), (7, 3, 56));
        assert!(read(7, "7 (cut").is_none());
    }

    #[test]
    fn this_process_holds_memory() {
        assert!(peak_memory(&[std::process::id()]).unwrap() > 0.5);
    }
}
