//! The quick run: what a launch costs on each database, beside the floor.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use practice_lms::{PracticeLms, Running, Settings};
use url::Url;

use crate::Programs;
use crate::load::{self, Measured, Pace, Target};
use crate::programs::{Automation, Program, start_floor, start_gateway};
use crate::report::{self, Goal};
use crate::seed::{self, Size};
use crate::tool;

/// As many registrations as the gateway has while it is measured.
const REGISTRATIONS: u64 = 1_000;
/// A school's class start: so many launches in a minute, from one address.
const CLASS_START: usize = 10_000;
/// Launches that are posted twice.
const REPLAYED: usize = 20;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    programs: Programs,
    /// Launches of each measurement
    #[arg(long, default_value_t = 4_000)]
    launches: usize,
    /// A description (TOML) of another LTI tool, which is measured beside
    #[arg(long, value_name = "FILE")]
    tool: Vec<PathBuf>,
    /// The program of an earlier version of the gateway, which is measured beside, on SQLite
    #[arg(long, value_name = "FILE")]
    earlier: Option<PathBuf>,
}

/// Measures everything and prints the tables.
pub(crate) async fn measure(options: Options) -> Result<()> {
    let Options {
        programs,
        launches,
        tool,
        earlier,
    } = options;
    let folder = tempfile::tempdir()?;
    let lms = Arc::new(PracticeLms::start(Settings::on_any_port("http://localhost:8080"))?);

    let floor = measure_floor(&lms, folder.path(), launches).await?;
    let floor_cpu = floor.iter().map(Measured::whole_cpu).fold(f64::INFINITY, f64::min);
    let mut all = floor;
    if let Some(program) = &earlier {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}/gateway.db?mode=rwc", folder.path().display());
        let place = Place {
            folder: folder.path(),
            lms: &lms,
            program,
            url: &url,
            server: None,
        };
        all.extend(place.measure("earlier gateway, SQLite", launches).await?.measured);
    }
    let sqlite = format!("sqlite://{}/gateway.db?mode=rwc", folder.path().display());
    let sqlite = Place {
        folder: folder.path(),
        lms: &lms,
        program: &programs.gateway,
        url: &sqlite,
        server: None,
    };
    let on_sqlite = sqlite.measure("gateway, SQLite", launches).await?;
    let mut goals = goals_on_sqlite(&on_sqlite, floor_cpu);
    let sqlite_cpu = on_sqlite.at_64().whole_cpu();
    all.extend(on_sqlite.measured);

    if let (Some(url), Some(server)) = (&programs.postgres, programs.postgres_pid) {
        let postgres = Place {
            url,
            server: Some(server),
            ..sqlite
        };
        let on_postgres = postgres.measure("gateway, PostgreSQL", launches).await?;
        goals.extend(goals_on_postgres(&on_postgres, sqlite_cpu));
        all.extend(on_postgres.measured);
    }
    for file in tool {
        let target = tool::open(&file)?;
        for at_once in [16, 64] {
            all.push(measure_one(&target, launches, Pace::AtOnce(at_once)).await?);
        }
    }
    println!("{}\n{}", report::measurements(&all, floor_cpu), report::goals(&goals));
    Ok(())
}

async fn measure_one(target: &Target, launches: usize, pace: Pace) -> Result<Measured> {
    eprintln!("▸ {}, {} launches", target.name, launches);
    load::measure(target, launches, pace).await
}

async fn measure_floor(lms: &Arc<Running>, folder: &Path, launches: usize) -> Result<Vec<Measured>> {
    let floor = start_floor(lms, folder).await?;
    let target = Target {
        name: "floor".to_owned(),
        instances: vec![(floor.url.join("/login")?, floor.url.join("/launch")?)],
        lms: Arc::clone(lms),
        accepted: "launch_token",
        processes: vec![floor.id()],
        database: Vec::new(),
    };
    Ok(vec![
        measure_one(&target, launches, Pace::AtOnce(16)).await?,
        measure_one(&target, launches, Pace::AtOnce(64)).await?,
        measure_one(&target, CLASS_START / 5, Pace::PerSecond(CLASS_START as f64 / 60.0)).await?,
    ])
}

/// Where the gateway is measured.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) lms: &'a Arc<Running>,
    pub(crate) program: &'a Path,
    pub(crate) url: &'a str,
    /// The process of the database server, if it is one.
    pub(crate) server: Option<u32>,
}

/// The gateway on one database.
struct OnDatabase {
    /// 16 at once, 64 at once, at half of that rate, then the others.
    measured: Vec<Measured>,
    start_up_milliseconds: f64,
    /// Launches that were accepted twice.
    replayed: usize,
    /// Acknowledged launches without a record.
    lost: u64,
}

impl OnDatabase {
    fn at_64(&self) -> &Measured {
        &self.measured[1]
    }

    fn at_half_rate(&self) -> &Measured {
        &self.measured[2]
    }

    /// The class start on SQLite, two instances on PostgreSQL.
    fn last(&self) -> &Measured {
        &self.measured[3]
    }
}

impl Place<'_> {
    /// Starts a gateway here.
    pub(crate) async fn start(&self, beside: Option<&Program>) -> Result<Program> {
        start_gateway(self.program, self.url, beside, self.folder).await
    }

    /// Registers the LMS, once.
    pub(crate) async fn register(&self) -> Result<()> {
        let gateway = self.start(None).await?;
        Automation::sign_in(&gateway).await?.register(self.lms).await
    }

    pub(crate) fn target(&self, name: &str, gateways: &[&Program]) -> Result<Target> {
        let instance = |gateway: &&Program| {
            Ok::<(Url, Url), anyhow::Error>((gateway.url.join("/lti/login")?, gateway.url.join("/lti/launch")?))
        };
        Ok(Target {
            name: name.to_owned(),
            instances: gateways.iter().map(instance).collect::<Result<_>>()?,
            lms: Arc::clone(self.lms),
            accepted: "launch_token",
            processes: gateways.iter().map(|gateway| gateway.id()).collect(),
            database: self.server.into_iter().collect(),
        })
    }

    async fn measure(&self, name: &str, launches: usize) -> Result<OnDatabase> {
        self.register().await?;
        let own = Size {
            registrations: 1,
            launches: 0,
        };
        seed::fill(
            self.url,
            own,
            Size {
                registrations: REGISTRATIONS,
                ..own
            },
        )
        .await?;
        let mut starts = Vec::new();
        for _ in 0..5 {
            starts.push(self.start(None).await?.start_up.as_secs_f64() * 1000.0);
        }
        starts.sort_by(f64::total_cmp);

        let gateway = self.start(None).await?;
        let target = self.target(name, &[&gateway])?;
        // The first launches pay for what is only done once: keyset, connections, statements.
        load::measure(&target, 200, Pace::AtOnce(16)).await?;
        let mut measured = vec![
            measure_one(&target, launches, Pace::AtOnce(16)).await?,
            measure_one(&target, launches, Pace::AtOnce(64)).await?,
        ];
        let half = measured[1].per_second() / 2.0;
        measured.push(measure_one(&target, (half * 10.0) as usize, Pace::PerSecond(half)).await?);

        let second = match self.server {
            None => {
                let class = Target {
                    name: format!("{name}, class start"),
                    ..target.clone()
                };
                measured.push(measure_one(&class, CLASS_START, Pace::PerSecond(CLASS_START as f64 / 60.0)).await?);
                None
            }
            Some(_) => Some(self.start(Some(&gateway)).await?),
        };
        let replayed_at = match &second {
            None => target,
            Some(second) => {
                let both = self.target(&format!("{name}, two instances"), &[&gateway, second])?;
                load::measure(&both, 200, Pace::AtOnce(16)).await?;
                measured.push(measure_one(&both, launches, Pace::AtOnce(64)).await?);
                both
            }
        };
        let prepared = load::prepare(&replayed_at, REPLAYED).await?;
        let (_, refused) = load::run(&replayed_at, prepared.clone(), Pace::AtOnce(1)).await?;
        ensure!(refused == 0, "{name} refused a launch that is to be posted again");
        let replayed = load::replay(&replayed_at, &prepared).await?;

        let warm_up = if second.is_some() { 400 } else { 200 };
        let accepted: usize = measured.iter().map(|one| one.launches - one.refused).sum();
        let recorded = recorded(&gateway).await?;
        Ok(OnDatabase {
            measured,
            start_up_milliseconds: starts[2],
            replayed,
            lost: (accepted + warm_up + REPLAYED) as u64 - recorded,
        })
    }
}

/// Launches that the database holds.
async fn recorded(gateway: &Program) -> Result<u64> {
    let days = Automation::sign_in(gateway)
        .await?
        .get("/api/v1/launches/daily?days=2")
        .await?;
    let days = days["value"].as_array().context("no list of days")?;
    Ok(days.iter().filter_map(|day| day["accepted"].as_u64()).sum())
}

fn goals_on_sqlite(on_sqlite: &OnDatabase, floor: f64) -> Vec<Goal> {
    let (full, half) = (on_sqlite.at_64(), on_sqlite.at_half_rate());
    let class = on_sqlite.last();
    vec![
        Goal::at_most(
            "CPU of a full launch, SQLite, beside the floor",
            2.5,
            full.whole_cpu() / floor,
            " ×",
        ),
        Goal::at_most(
            "share of it that isn't RSA, ES256 or HTTP (what the floor lacks)",
            30.0,
            (1.0 - floor / full.whole_cpu()) * 100.0,
            " %",
        ),
        Goal::at_most("p99 at half the saturation rate, SQLite", 10.0, half.percentile(99), " ms"),
        Goal::at_most("the same beside p50", 3.0, half.percentile(99) / half.percentile(50), " ×"),
        Goal::at_most("peak memory, 64 at once, SQLite", 60.0, full.peak_memory, " MiB"),
        Goal::at_most("start-up to ready, SQLite", 300.0, on_sqlite.start_up_milliseconds, " ms"),
        Goal::at_most("class start, 10,000 launches in 60 s: refused", 0.0, class.refused as f64, ""),
        Goal::at_most("acknowledged and not recorded, SQLite", 0.0, on_sqlite.lost as f64, ""),
        Goal::at_most("accepted twice, SQLite", 0.0, on_sqlite.replayed as f64, ""),
    ]
}

fn goals_on_postgres(on_postgres: &OnDatabase, sqlite: f64) -> Vec<Goal> {
    let (full, half) = (on_postgres.at_64(), on_postgres.at_half_rate());
    let both = on_postgres.last();
    vec![
        Goal::at_most(
            "CPU of a full launch, PostgreSQL with its server, beside SQLite",
            1.5,
            full.whole_cpu() / sqlite,
            " ×",
        ),
        Goal::at_most("the same without the server", 1.5, full.cpu.0 / sqlite, " ×"),
        Goal::at_most(
            "p99 at half the saturation rate, PostgreSQL",
            10.0,
            half.percentile(99),
            " ms",
        ),
        Goal::at_most("the same beside p50", 3.0, half.percentile(99) / half.percentile(50), " ×"),
        Goal::at_most(
            "start-up to ready, PostgreSQL",
            300.0,
            on_postgres.start_up_milliseconds,
            " ms",
        ),
        Goal {
            what: "two instances on one PostgreSQL, launches/s beside one",
            goal: "≥ 1.8 ×".to_owned(),
            measured: format!("{:.2} ×", both.per_second() / full.per_second()),
            // Load generator, database server and both instances share the processors of one machine.
            met: (both.per_second() >= 1.8 * full.per_second()).then_some(true),
        },
        Goal::at_most(
            "two instances, CPU of a full launch beside one",
            1.1,
            both.whole_cpu() / full.whole_cpu(),
            " ×",
        ),
        Goal::at_most("acknowledged and not recorded, PostgreSQL", 0.0, on_postgres.lost as f64, ""),
        Goal::at_most(
            "accepted twice, PostgreSQL, at the other instance",
            0.0,
            on_postgres.replayed as f64,
            "",
        ),
    ]
}
