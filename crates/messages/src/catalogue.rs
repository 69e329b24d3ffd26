//! Reads the files of texts and checks them. The build script uses it, and so does the bundler of the portal's texts.

use std::collections::{HashMap, HashSet};
use std::fmt;

/// The language that the others are compared with, and that is used where none is known.
pub const FALLBACK: &str = "en";

/// The gap that takes the number of a plural.
const COUNT: &str = "count";
const FORMS: [&str; 2] = ["one", "other"];
const KEYWORDS: &str = " as async await break const continue crate dyn else enum extern false fn for gen if impl in let loop match \
    mod move mut pub ref return self static struct super trait true try type unsafe use where while yield ";

/// A file of texts: the tag of its language, and what it holds.
#[derive(Clone, Debug)]
pub struct File {
    /// The language's primary subtag (BCP 47), which is the file's name: `de` of `de.txt`.
    pub tag: String,
    /// Lines of the form `section.group.key = text`; empty lines and comments (`#`) are skipped.
    pub content: String,
}

/// Something wrong with a file of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueError {
    /// The tag of the file's language.
    pub tag: String,
    /// The line, from 1 on.
    pub line: usize,
    /// The key, or the whole line where it has none.
    pub key: String,
    /// The fault.
    pub what: String,
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tag, line, key, what } = self;
        write!(f, "texts/{tag}.txt:{line}: {key}: {what}")
    }
}

impl std::error::Error for CatalogueError {}

/// All texts in all languages.
#[derive(Debug)]
pub struct Catalogue {
    /// The languages, the fallback first.
    pub tags: Vec<String>,
    /// The sections.
    pub root: Group,
}

/// The members of all keys with the same beginning, in the order of the file.
#[derive(Debug, Default)]
pub struct Group(pub Vec<(String, Member)>);

/// The member for a segment of a key.
#[derive(Debug)]
pub enum Member {
    /// More segments.
    Group(Group),
    /// A text.
    Text(Text),
    /// A text about a number of things.
    Plural(Plural),
}

/// A text, its gaps numbered: `{0}`.
#[derive(Debug)]
pub struct Text {
    /// The whole key.
    pub key: String,
    /// The names of the gaps, in the order of their numbers: that of the fallback's text.
    pub gaps: Vec<String>,
    /// The text in each language, in the order of [`Catalogue::tags`].
    pub texts: Vec<String>,
}

/// The forms of a text about a number of things. `count` is the first gap of both.
#[derive(Debug)]
pub struct Plural {
    /// For one.
    pub one: Text,
    /// For none, and for several.
    pub other: Text,
}

struct Line<'a> {
    number: usize,
    key: &'a str,
    text: &'a str,
    gaps: Vec<&'a str>,
}

struct Lines<'a> {
    tag: &'a str,
    lines: Vec<Line<'a>>,
}

impl Catalogue {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them.
    pub fn read(files: &[File]) -> Result<Self, Vec<CatalogueError>> {
        let mut errors = Vec::new();
        let mut languages: Vec<_> = files.iter().map(|file| Lines::read(file, &mut errors)).collect();
        languages.sort_by_key(|language| (language.tag != FALLBACK, language.tag));
        let Some((fallback, others)) = languages.split_first() else {
            return Err(errors);
        };
        let plurals = fallback.plurals(&mut errors);
        for other in others {
            other.compare(fallback, &plurals, &mut errors);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut root = Group::default();
        let mut one = None;
        for (index, line) in fallback.lines.iter().enumerate() {
            let plural = plural_of(line.key).and_then(|plural| plurals.get_key_value(plural));
            let gaps = plural.map_or(&line.gaps, |(_, gaps)| gaps);
            let translations = languages.iter().filter_map(|language| language.lines.get(index));
            let text = Text {
                key: line.key.to_owned(),
                gaps: gaps.iter().map(|gap| (*gap).to_owned()).collect(),
                texts: translations.map(|line| numbered(line.text, gaps)).collect(),
            };
            match (plural, one.take()) {
                (None, _) => root.insert(line.key, Member::Text(text)),
                (Some(_), None) => one = Some(text),
                (Some((plural, _)), Some(one)) => root.insert(plural, Member::Plural(Plural { one, other: text })),
            }
        }
        Ok(Self {
            tags: languages.iter().map(|language| language.tag.to_owned()).collect(),
            root,
        })
    }

    /// The texts of a section in one language, a line each, in the order in which the portal's types read them.
    #[must_use]
    pub fn lines(&self, section: &str, tag: &str) -> String {
        let language = self.tags.iter().position(|known| known == tag);
        let section = self.root.0.iter().find(|(name, _)| name == section);
        let mut lines = String::new();
        if let (Some(language), Some((_, member))) = (language, section) {
            member.each_text(&mut |text| {
                lines.push_str(text.texts.get(language).map_or("", String::as_str));
                lines.push('\n');
            });
        }
        lines
    }
}

impl<'a> Lines<'a> {
    fn read(file: &'a File, errors: &mut Vec<CatalogueError>) -> Self {
        let mut read = Self {
            tag: &file.tag,
            lines: Vec::new(),
        };
        let mut keys = HashSet::new();
        for (line, number) in file.content.lines().zip(1..) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((key, text)) = line.split_once(" = ") else {
                errors.push(read.error(number, line, "this is no `key = text`"));
                continue;
            };
            let gaps = match check_key(key).and_then(|()| check_text(text)) {
                Ok(gaps) => gaps,
                Err(what) => {
                    errors.push(read.error(number, key, &what));
                    continue;
                }
            };
            if !keys.insert(key) {
                errors.push(read.error(number, key, "this key was there before"));
                continue;
            }
            read.lines.push(Line { number, key, text, gaps });
        }
        for line in &read.lines {
            let groups = line.key.match_indices('.').filter_map(|(dot, _)| line.key.get(..dot));
            for group in groups.filter(|group| keys.contains(group)) {
                errors.push(read.error(line.number, line.key, &format!("{group} is a text, and can't be a group")));
            }
        }
        read
    }

    fn error(&self, line: usize, key: &str, what: &str) -> CatalogueError {
        CatalogueError {
            tag: self.tag.to_owned(),
            line,
            key: key.to_owned(),
            what: what.to_owned(),
        }
    }

    /// The keys of the plurals without their forms, and their gaps.
    fn plurals(&self, errors: &mut Vec<CatalogueError>) -> HashMap<&'a str, Vec<&'a str>> {
        let mut plurals = HashMap::new();
        for (index, one) in self.lines.iter().enumerate() {
            let Some(plural) = one.key.strip_suffix(".one") else {
                continue;
            };
            let members = self.lines.iter().filter(|line| is_in(line.key, plural)).count();
            match self.lines.get(index + 1) {
                Some(other) if other.key.strip_suffix(".other") == Some(plural) && members == FORMS.len() => {
                    let gaps = without_count(&other.gaps);
                    if as_set(&gaps) != as_set(&without_count(&one.gaps)) {
                        errors.push(self.error(one.number, one.key, "`one` and `other` have different gaps"));
                    }
                    plurals.insert(plural, [vec![COUNT], gaps].concat());
                }
                _ => errors.push(self.error(one.number, one.key, "a plural is `one`, then `other`, and nothing else")),
            }
        }
        plurals
    }

    /// Compares keys, their order and the gaps with the fallback's.
    fn compare(&self, fallback: &Lines<'_>, plurals: &HashMap<&str, Vec<&str>>, errors: &mut Vec<CatalogueError>) {
        let known: HashSet<_> = fallback.lines.iter().map(|line| line.key).collect();
        let own: HashSet<_> = self.lines.iter().map(|line| line.key).collect();
        for line in fallback.lines.iter().filter(|line| !own.contains(line.key)) {
            let what = format!("{FALLBACK}.txt has this key in line {}, here it is missing", line.number);
            errors.push(self.error(self.lines.last().map_or(1, |last| last.number), line.key, &what));
        }
        for line in self.lines.iter().filter(|line| !known.contains(line.key)) {
            errors.push(self.error(line.number, line.key, &format!("{FALLBACK}.txt has no such key")));
        }
        if known != own {
            return;
        }
        for (line, wanted) in self.lines.iter().zip(&fallback.lines) {
            if line.key != wanted.key {
                errors.push(self.error(line.number, line.key, &format!("{FALLBACK}.txt has {} here", wanted.key)));
                return;
            }
            let counted = plural_of(line.key).is_some_and(|plural| plurals.contains_key(plural));
            let differ = match counted {
                true => as_set(&without_count(&line.gaps)) != as_set(&without_count(&wanted.gaps)),
                false => as_set(&line.gaps) != as_set(&wanted.gaps),
            };
            if differ {
                let wanted = wanted
                    .gaps
                    .iter()
                    .map(|gap| format!("{{{gap}}}"))
                    .collect::<Vec<_>>()
                    .join(", ");
                errors.push(self.error(
                    line.number,
                    line.key,
                    &format!("the gaps must be those of {FALLBACK}.txt: {wanted}"),
                ));
            }
        }
    }
}

impl Group {
    fn insert(&mut self, path: &str, member: Member) {
        let Some((segment, rest)) = path.split_once('.') else {
            self.0.push((path.to_owned(), member));
            return;
        };
        let position = self.0.iter().position(|(name, _)| name == segment).unwrap_or_else(|| {
            self.0.push((segment.to_owned(), Member::Group(Self::default())));
            self.0.len() - 1
        });
        if let Some((_, Member::Group(group))) = self.0.get_mut(position) {
            group.insert(rest, member);
        }
    }
}

impl Member {
    fn each_text(&self, visit: &mut dyn FnMut(&Text)) {
        match self {
            Self::Group(group) => group.0.iter().for_each(|(_, member)| member.each_text(visit)),
            Self::Text(text) => visit(text),
            Self::Plural(plural) => {
                visit(&plural.one);
                visit(&plural.other);
            }
        }
    }
}

fn check_key(key: &str) -> Result<(), String> {
    if !key.contains('.') {
        return Err("a key is `section.key` or longer".to_owned());
    }
    match key.split('.').find(|segment| !is_name(segment)) {
        Some(segment) => Err(format!(
            "`{segment}` must be a name of small letters, digits and `_` that is no keyword of Rust"
        )),
        None => Ok(()),
    }
}

fn is_name(segment: &str) -> bool {
    segment.starts_with(|c: char| c.is_ascii_lowercase())
        && segment
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !KEYWORDS.contains(&format!(" {segment} "))
}

/// The gaps, in the order in which they come.
fn check_text(text: &str) -> Result<Vec<&str>, String> {
    if text.is_empty() || text.trim() != text {
        return Err("the text is empty or has spaces around it".to_owned());
    }
    let mut gaps = Vec::new();
    let mut pieces = text.split('{');
    let before = pieces.next().unwrap_or_default();
    let mut stray = before.contains('}');
    for piece in pieces {
        match piece.split_once('}') {
            Some((gap, rest)) if is_name(gap) && !rest.contains('}') => {
                if !gaps.contains(&gap) {
                    gaps.push(gap);
                }
            }
            _ => stray = true,
        }
    }
    if stray {
        return Err("a brace is there without a gap: write `{name}`".to_owned());
    }
    Ok(gaps)
}

fn plural_of(key: &str) -> Option<&str> {
    let (plural, form) = key.rsplit_once('.')?;
    FORMS.contains(&form).then_some(plural)
}

fn is_in(key: &str, group: &str) -> bool {
    key.strip_prefix(group).is_some_and(|rest| rest.starts_with('.'))
}

fn without_count<'a>(gaps: &[&'a str]) -> Vec<&'a str> {
    gaps.iter().copied().filter(|gap| *gap != COUNT).collect()
}

fn as_set<'a>(gaps: &[&'a str]) -> HashSet<&'a str> {
    gaps.iter().copied().collect()
}

/// With numbers in the gaps instead of names.
fn numbered(text: &str, gaps: &[&str]) -> String {
    let number = |text: String, (number, gap): (usize, &&str)| text.replace(&format!("{{{gap}}}"), &format!("{{{number}}}"));
    gaps.iter().enumerate().fold(text.to_owned(), number)
}
