//! Which room of a crate sees which. A room is a top-level module with everything below it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::source::{Import, Module, Source};

/// The rules of one crate's rooms.
pub(super) struct House {
    /// The folder of its sources.
    pub(super) folder: &'static str,
    /// The name by which its programs call its library.
    pub(super) library: &'static str,
    /// Rooms by level, the lowest first. A room sees its own level and those below.
    pub(super) levels: &'static [&'static [&'static str]],
    /// Further arrows that must not be.
    pub(super) never: &'static [(&'static str, &'static str)],
    /// Arrows against the rules that still exist: this list only becomes shorter.
    pub(super) exceptions: &'static [(&'static str, &'static str)],
}

/// The root of the crate: above all rooms.
const ROOT: &str = "the crate's root";

/// One room sees another at this place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Arrow {
    from: String,
    to: String,
    /// File and line, and the path as it is written there.
    place: String,
    public: bool,
}

/// Reads the sources of a house and answers one sentence for each violation.
pub(super) fn check(root: &Path, house: &House) -> Result<Vec<String>> {
    let folder = root.join(house.folder);
    let mut files = BTreeMap::new();
    read_folder(&folder, &folder, house.folder, &mut files)?;
    check_files(house, &files)
}

fn read_folder(folder: &Path, top: &Path, shown: &str, files: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            read_folder(&path, top, shown, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(top)?.to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            files.insert(format!("{shown}/{name}"), text);
        }
    }
    Ok(())
}

/// The module of a file, by its path below the folder of sources.
fn module_of(file: &str) -> Module {
    let mut names: Vec<_> = file.trim_end_matches(".rs").split('/').map(ToOwned::to_owned).collect();
    if matches!(names.last().map(String::as_str), Some("mod")) || matches!(file, "lib.rs" | "main.rs") {
        names.pop();
    }
    names
}

/// `files` are texts by path.
pub(super) fn check_files(house: &House, files: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let mut sources = Vec::new();
    for (file, text) in files {
        let module = module_of(file.trim_start_matches(house.folder).trim_start_matches('/'));
        let source = Source::parse(&module, text).with_context(|| format!("cannot check {file}"))?;
        sources.push((file.as_str(), module, source));
    }
    let for_tests: BTreeSet<_> = sources.iter().flat_map(|(.., source)| source.test_modules.clone()).collect();
    sources.retain(|(_, module, _)| !for_tests.iter().any(|test| module.starts_with(test)));
    let tree = Tree::of(house.library, &sources);
    let rooms = tree.modules.iter().filter_map(|module| module.first().cloned()).collect();
    Ok(violations(house, &rooms, &tree.arrows(&sources)))
}

/// The modules of a crate, and the names that they import.
struct Tree<'a> {
    library: &'a str,
    modules: BTreeSet<Module>,
    imports: BTreeMap<&'a [String], Vec<&'a Import>>,
}

/// More imports than this are not followed from one name: they go in a circle.
const MAX_IMPORTS: usize = 16;

impl<'a> Tree<'a> {
    fn of(library: &'a str, sources: &'a [(&str, Module, Source)]) -> Self {
        let mut tree = Self {
            library,
            modules: BTreeSet::new(),
            imports: BTreeMap::new(),
        };
        for (.., source) in sources {
            tree.modules.extend(source.modules.iter().cloned());
            for import in &source.imports {
                tree.imports.entry(import.module.as_slice()).or_default().push(import);
            }
        }
        tree
    }

    /// The module that owns what `path` names in `module`; none where it comes from another crate.
    fn resolve(&self, module: &[String], path: &[String], imports_left: usize) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.walk(&[], rest, imports_left),
            "self" => self.walk(module, rest, imports_left),
            "super" => {
                let (_, mut parent) = module.split_last()?;
                let mut rest = rest;
                while let Some((_, after)) = rest.split_first().filter(|(name, _)| *name == "super") {
                    parent = parent.split_last()?.1;
                    rest = after;
                }
                self.walk(parent, rest, imports_left)
            }
            name if self.import(module, name).is_some() || self.is_module(module, name) => self.walk(module, path, imports_left),
            name if name == self.library && path.len() > 1 => self.walk(&[], rest, imports_left),
            _ => None,
        }
    }

    fn walk(&self, at: &[String], rest: &[String], imports_left: usize) -> Option<Module> {
        let Some((name, after)) = rest.split_first() else {
            return Some(at.to_vec());
        };
        let below = || at.iter().cloned().chain([name.clone()]).collect::<Module>();
        if !after.is_empty() && self.is_module(at, name) {
            return self.walk(&below(), after, imports_left);
        }
        if let Some(import) = self.import(at, name) {
            let path: Vec<_> = import.path.iter().chain(after).cloned().collect();
            return self.resolve(at, &path, imports_left.checked_sub(1)?);
        }
        if self.is_module(at, name) {
            return Some(below());
        }
        for glob in self.globs(at) {
            let target = self.resolve(at, &glob.path, imports_left.checked_sub(1)?);
            if let Some(target) = target.filter(|target| self.import(target, name).is_some() || self.is_module(target, name)) {
                return self.walk(&target, rest, imports_left - 1);
            }
        }
        Some(at.to_vec())
    }

    fn is_module(&self, at: &[String], name: &str) -> bool {
        let module: Module = at.iter().cloned().chain([name.to_owned()]).collect();
        self.modules.contains(&module)
    }

    fn import(&self, module: &[String], name: &str) -> Option<&'a Import> {
        self.imports_of(module).find(|import| import.name.as_deref() == Some(name))
    }

    fn globs(&self, module: &[String]) -> impl Iterator<Item = &'a Import> {
        self.imports_of(module).filter(|import| import.name.is_none())
    }

    fn imports_of(&self, module: &[String]) -> impl Iterator<Item = &'a Import> {
        self.imports.get(module).into_iter().flatten().copied()
    }

    /// Every arrow between two rooms, and from the rooms to the root.
    fn arrows(&self, sources: &[(&str, Module, Source)]) -> Vec<Arrow> {
        let mut arrows = BTreeSet::new();
        for (file, _, source) in sources {
            let mut add = |module: &[String], path: &[String], owner: Option<Module>, line: usize, public: bool| {
                let room = |module: &[String]| module.first().cloned().unwrap_or_else(|| ROOT.to_owned());
                let Some(owner) = owner else { return };
                let (from, to) = (room(module), room(&owner));
                if from != to && from != ROOT {
                    let place = format!("{file}:{line} `{}`", path.join("::"));
                    arrows.insert(Arrow { from, to, place, public });
                }
            };
            for import in &source.imports {
                let (module, path) = (&import.module, &import.path);
                let owner = self.resolve(module, path, MAX_IMPORTS);
                if let (None, Some(target)) = (&import.name, &owner) {
                    let visible = |behind: &&Import| behind.public || module.starts_with(target);
                    for behind in self.imports_of(target).filter(visible) {
                        let owner = self.resolve(target, &behind.path, MAX_IMPORTS);
                        add(module, path, owner, import.line, import.public);
                    }
                }
                add(module, path, owner, import.line, import.public);
            }
            for mention in &source.mentions {
                let owner = self.resolve(&mention.module, &mention.path, MAX_IMPORTS);
                add(&mention.module, &mention.path, owner, mention.line, false);
            }
        }
        arrows.into_iter().collect()
    }
}

type Graph = BTreeMap<String, BTreeSet<String>>;

/// The shortest way, both ends included.
fn way(graph: &Graph, from: &str, to: &str) -> Option<Vec<String>> {
    let mut ways = VecDeque::from([vec![from.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in way.last().and_then(|room| graph.get(room)).into_iter().flatten() {
            let longer = [way.as_slice(), std::slice::from_ref(next)].concat();
            if next == to {
                return Some(longer);
            }
            if seen.insert(next) {
                ways.push_back(longer);
            }
        }
    }
    None
}

impl House {
    fn level(&self, room: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.contains(&room))
    }

    fn allows(&self, arrow: &Arrow) -> bool {
        let (from, to) = (arrow.from.as_str(), arrow.to.as_str());
        arrow.to != ROOT && !self.never.contains(&(from, to)) && self.level(from) >= self.level(to)
    }

    fn excepts(&self, arrow: &Arrow) -> bool {
        self.exceptions.contains(&(&arrow.from, &arrow.to))
    }

    fn graph<'a>(arrows: impl Iterator<Item = &'a Arrow>) -> Graph {
        let mut graph = Graph::new();
        for arrow in arrows {
            graph.entry(arrow.from.clone()).or_default().insert(arrow.to.clone());
        }
        graph
    }
}

fn violations(house: &House, rooms: &BTreeSet<String>, arrows: &[Arrow]) -> Vec<String> {
    let folder = house.folder;
    let mut violations = Vec::new();
    for room in rooms.iter().filter(|room| house.level(room).is_none()) {
        violations.push(format!("{folder}: the room {room} has no level: give it one in the table"));
    }
    let known: Vec<_> = arrows.iter().filter(|arrow| !house.excepts(arrow)).collect();
    for arrow in known.iter().filter(|arrow| !house.allows(arrow)) {
        violations.push(format!("{}: {} must not see {}", arrow.place, arrow.from, arrow.to));
    }
    for arrow in arrows.iter().filter(|arrow| arrow.public) {
        violations.push(format!("{}: {} re-exports what {} owns", arrow.place, arrow.from, arrow.to));
    }
    violations.extend(circles(house, &known));
    violations.extend(needless_exceptions(house, arrows));
    violations
}

/// Circles of arrows that the levels allow.
fn circles(house: &House, arrows: &[&Arrow]) -> Vec<String> {
    let allowed: Vec<_> = arrows.iter().copied().filter(|arrow| house.allows(arrow)).collect();
    let graph = House::graph(allowed.iter().copied());
    let mut circles = Vec::new();
    let mut named = BTreeSet::new();
    for room in graph.keys() {
        let Some(circle) = way(&graph, room, room).filter(|_| !named.contains(room)) else {
            continue;
        };
        let place = |pair: &[String]| {
            let arrow = allowed.iter().find(|arrow| (&arrow.from, &arrow.to) == (&pair[0], &pair[1]));
            arrow.map_or(String::new(), |arrow| {
                format!("\n  {} sees {}: {}", arrow.from, arrow.to, arrow.place)
            })
        };
        let places: String = circle.windows(2).map(place).collect();
        circles.push(format!("{}: a circle {}{places}", house.folder, circle.join(" → ")));
        named.extend(circle);
    }
    circles
}

fn needless_exceptions(house: &House, arrows: &[Arrow]) -> Vec<String> {
    let graph = House::graph(arrows.iter());
    let is_needed = |exception: &&(&str, &str)| {
        let of_exception = |arrow: &&Arrow| (arrow.from.as_str(), arrow.to.as_str()) == **exception;
        arrows.iter().find(of_exception).is_some_and(|arrow| {
            let (from, to) = (&arrow.from, &arrow.to);
            !house.allows(arrow) || way(&graph, to, from).is_some()
        })
    };
    let needless = house.exceptions.iter().filter(|exception| !is_needed(exception));
    let sentence = |(from, to): &(&str, &str)| {
        let folder = house.folder;
        format!("{folder}: the exception {from} → {to} is no longer needed: take it from the list `exceptions`")
    };
    needless.map(sentence).collect()
}
