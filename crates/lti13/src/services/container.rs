//! Containers as they arrive: the objects of a list are taken out one by one, so that a list of ten thousand takes no more memory than
//! its longest object.

use serde_json::{Map, Value as Json};

use crate::json;

/// The longest object of a list, in bytes.
pub const MAX_ITEM_LENGTH: usize = 256 * 1024;

/// The longest rest of a container, in bytes: all but the objects of its list.
pub const MAX_REST_LENGTH: usize = 256 * 1024;

/// Why bytes are no container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ContainerError {
    /// A web page.
    #[error("the answer is a web page, not JSON")]
    WebPage,
    /// Not JSON, or cut off.
    #[error("the answer is not JSON, or not all of it")]
    NotJson,
    /// JSON, but without the list, or with it twice.
    #[error("the answer is JSON, but not the container that was asked for")]
    NoList,
    /// The list has something else than objects.
    #[error("the list has something else than objects")]
    NotObjects,
    /// An object, or what is around the list, is too long.
    #[error("a part of the answer is too long")]
    TooLarge,
}

impl ContainerError {
    /// A stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WebPage => "web_page",
            Self::NotJson => "not_json",
            Self::NoList => "no_list",
            Self::NotObjects => "not_objects",
            Self::TooLarge => "too_large",
        }
    }
}

/// Where the list of a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Shape {
    /// The container is the list.
    List,
    /// It is this member of the container, an object.
    Member(&'static str),
}

/// The place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum State {
    /// Before the first byte that is no space.
    Start,
    /// Outside the list.
    Rest,
    /// After the bracket that opens the list.
    First,
    /// After a comma of the list.
    Next,
    /// In an object of the list.
    Item,
    /// After an object of the list.
    Between,
}

/// Takes the objects out of a container whose bytes arrive in pieces.
///
/// ```
/// use lti13::services::container::Container;
///
/// let mut container = Container::new("members");
/// let mut names = Vec::new();
/// for piece in [&br#"{"id":"1","members":[{"name":"A"},{"na"#[..], br#"me":"B"}]}"#] {
///     container.push(piece, |member| names.push(member["name"].to_string()))?;
/// }
/// assert_eq!(names, [r#""A""#, r#""B""#]);
/// assert_eq!(container.finish()?["id"], "1");
/// # Ok::<(), lti13::services::container::ContainerError>(())
/// ```
#[derive(Debug)]
pub struct Container {
    shape: Shape,
    state: State,
    depth: usize,
    in_string: bool,
    escaped: bool,
    item: Vec<u8>,
    /// All but the objects of the list.
    rest: Vec<u8>,
    /// Where the last text at depth 1 of the rest begins and ends.
    text: (usize, usize),
    has_list: bool,
}

impl Container {
    /// A container with the list in this member.
    #[must_use]
    pub fn new(member: &'static str) -> Self {
        Self::of(Shape::Member(member))
    }

    /// A container that is a list.
    #[must_use]
    pub fn list() -> Self {
        Self::of(Shape::List)
    }

    fn of(shape: Shape) -> Self {
        Self {
            shape,
            state: State::Start,
            depth: 0,
            in_string: false,
            escaped: false,
            item: Vec::new(),
            rest: Vec::new(),
            text: (0, 0),
            has_list: false,
        }
    }

    /// Reads on, and hands out each object that is complete, without null members. After an error nothing more can be read.
    ///
    /// # Errors
    /// A [`ContainerError`].
    pub fn push(&mut self, bytes: &[u8], mut each: impl FnMut(Map<String, Json>)) -> Result<(), ContainerError> {
        for &byte in bytes {
            if let Some(item) = self.byte(byte)? {
                each(item);
            }
        }
        Ok(())
    }

    /// The container without its list, once all of it has arrived. Of a list it is empty.
    ///
    /// # Errors
    /// [`NotJson`](ContainerError::NotJson) where it is cut off, [`NoList`](ContainerError::NoList).
    pub fn finish(self) -> Result<Map<String, Json>, ContainerError> {
        let rest: Json = serde_json::from_slice(&self.rest).map_err(|_| ContainerError::NotJson)?;
        match (rest, self.shape) {
            (Json::Array(_), Shape::List) if self.has_list => Ok(Map::new()),
            (Json::Object(mut members), Shape::Member(name)) if self.has_list => {
                members.remove(name);
                members.retain(|_, value| !value.is_null());
                Ok(members)
            }
            _ => Err(ContainerError::NoList),
        }
    }

    fn byte(&mut self, byte: u8) -> Result<Option<Map<String, Json>>, ContainerError> {
        match self.state {
            State::Start => match byte {
                // A byte order mark may stand before JSON (RFC 8259, 8.1).
                b' ' | b'\t' | b'\r' | b'\n' | 0xef | 0xbb | 0xbf => {}
                b'<' => return Err(ContainerError::WebPage),
                _ => {
                    self.state = State::Rest;
                    self.rest(byte)?;
                }
            },
            State::Rest => self.rest(byte)?,
            State::First | State::Next | State::Between => self.between(byte)?,
            State::Item => return self.item(byte),
        }
        Ok(None)
    }

    fn between(&mut self, byte: u8) -> Result<(), ContainerError> {
        match (self.state, byte) {
            (_, b' ' | b'\t' | b'\r' | b'\n') => {}
            (State::First | State::Next, b'{') => {
                self.state = State::Item;
                self.item.clear();
                self.item.push(byte);
                self.depth = 1;
            }
            (State::Between, b',') => self.state = State::Next,
            (State::First | State::Between, b']') => {
                self.state = State::Rest;
                self.depth = self.list_depth();
                self.rest.push(byte);
            }
            (State::First | State::Next, _) => return Err(ContainerError::NotObjects),
            _ => return Err(ContainerError::NotJson),
        }
        Ok(())
    }

    fn item(&mut self, byte: u8) -> Result<Option<Map<String, Json>>, ContainerError> {
        if self.item.len() == MAX_ITEM_LENGTH {
            return Err(ContainerError::TooLarge);
        }
        self.item.push(byte);
        self.advance(byte);
        if self.depth > 0 {
            return Ok(None);
        }
        self.state = State::Between;
        let item = serde_json::from_slice(&self.item).map_err(|_| ContainerError::NotJson)?;
        match json::without_nulls(item) {
            Json::Object(item) => Ok(Some(item)),
            _ => Err(ContainerError::NotObjects),
        }
    }

    fn rest(&mut self, byte: u8) -> Result<(), ContainerError> {
        if self.rest.len() == MAX_REST_LENGTH {
            return Err(ContainerError::TooLarge);
        }
        let (was_in_string, depth) = (self.in_string, self.depth);
        if byte == b'[' && !was_in_string && depth == self.list_depth() && self.is_at_list() {
            if self.has_list {
                return Err(ContainerError::NoList);
            }
            self.has_list = true;
            self.state = State::First;
            self.rest.push(byte);
            return Ok(());
        }
        self.rest.push(byte);
        self.advance(byte);
        match (was_in_string, self.in_string) {
            (false, true) if depth == 1 => self.text = (self.rest.len(), self.rest.len()),
            (true, false) if depth == 1 => self.text.1 = self.rest.len() - 1,
            _ => {}
        }
        Ok(())
    }

    /// The depth at which the list begins.
    fn list_depth(&self) -> usize {
        match self.shape {
            Shape::List => 0,
            Shape::Member(_) => 1,
        }
    }

    /// True if the value that begins here is the list: all of the container, or behind its name and a colon.
    fn is_at_list(&self) -> bool {
        let Shape::Member(name) = self.shape else {
            return self.rest.is_empty();
        };
        let (begin, end) = self.text;
        let behind = self.rest.get(end + 1..).unwrap_or_default();
        self.rest.get(begin..end) == Some(name.as_bytes()) && behind.trim_ascii() == b":"
    }

    /// Follows strings, brackets and braces.
    fn advance(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}
