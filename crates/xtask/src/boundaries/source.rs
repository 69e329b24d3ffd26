//! One file of Rust, read by syn: the names that it declares, imports and mentions.

use anyhow::{Context, Result};
use proc_macro2::{Spacing, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};

/// A module by the names on the way to it; the root of the crate has none.
pub(super) type Module = Vec<String>;

/// One name that a `use` brings into a module.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) module: Module,
    /// Its name here; a glob has none.
    pub(super) name: Option<String>,
    pub(super) path: Vec<String>,
    /// Others can take it from here: `pub`, or a restricted form of it.
    pub(super) public: bool,
    pub(super) line: usize,
}

/// A path of two segments or more in an expression, a type, an attribute or a macro.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) module: Module,
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

#[derive(Debug, Default)]
pub(super) struct Source {
    pub(super) modules: Vec<Module>,
    /// Modules in files of their own that are compiled for tests only.
    pub(super) test_modules: Vec<Module>,
    pub(super) imports: Vec<Import>,
    pub(super) mentions: Vec<Mention>,
}

impl Source {
    /// Reads the text of the file that is `module`. Code for tests is left out.
    pub(super) fn parse(module: &[String], text: &str) -> Result<Self> {
        let file = syn::parse_file(text).with_context(|| format!("syn cannot read the module {}", module.join("::")))?;
        let mut reader = Reader {
            module: module.to_vec(),
            source: Self::default(),
        };
        reader.source.modules.push(module.to_vec());
        reader.visit_file(&file);
        Ok(reader.source)
    }
}

struct Reader {
    module: Module,
    source: Source,
}

impl Reader {
    fn mention(&mut self, path: Vec<String>, span: Span) {
        if path.len() > 1 {
            self.source.mentions.push(Mention {
                module: self.module.clone(),
                path,
                line: span.start().line,
            });
        }
    }

    fn import(&mut self, tree: &syn::UseTree, prefix: &[String], public: bool) {
        let mut add = |path: Vec<String>, name: Option<String>, span: Span| {
            self.source.imports.push(Import {
                module: self.module.clone(),
                name,
                path,
                public,
                line: span.start().line,
            });
        };
        let longer = |ident: &syn::Ident| {
            let name = ident.unraw().to_string();
            // `use a::{self}` is `use a`.
            let name = (name != "self" || prefix.is_empty()).then_some(name);
            prefix.iter().cloned().chain(name).collect::<Vec<_>>()
        };
        match tree {
            syn::UseTree::Path(tree) => self.import(&tree.tree, &longer(&tree.ident), public),
            syn::UseTree::Name(tree) => {
                let path = longer(&tree.ident);
                let name = path.last().cloned();
                add(path, name, tree.ident.span());
            }
            syn::UseTree::Rename(tree) => add(longer(&tree.ident), Some(tree.rename.unraw().to_string()), tree.ident.span()),
            syn::UseTree::Glob(tree) => add(prefix.to_vec(), None, tree.star_token.spans[0]),
            syn::UseTree::Group(tree) => {
                for tree in &tree.items {
                    self.import(tree, prefix, public);
                }
            }
        }
    }

    /// The paths in tokens that syn doesn't take apart, and in strings that are paths (`#[serde(with = "crate::json")]`).
    fn read_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut start = Span::call_site();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.mention(std::mem::take(&mut path), start);
                    }
                    if path.is_empty() {
                        start = ident.span();
                    }
                    path.push(ident.unraw().to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && (punct.spacing() == Spacing::Joint || colons == 1) => {
                    colons += 1;
                }
                TokenTree::Punct(_) => {
                    self.mention(std::mem::take(&mut path), start);
                    colons = 0;
                }
                TokenTree::Group(group) => {
                    // `a::{b, c}` is a list of imports in a macro: each goes on where the path stopped.
                    let prefix = std::mem::take(&mut path);
                    if std::mem::take(&mut colons) == 2 {
                        self.read_group(&prefix, group.stream());
                    } else {
                        self.mention(prefix, start);
                        self.read_tokens(group.stream());
                    }
                }
                TokenTree::Literal(literal) => {
                    self.mention(std::mem::take(&mut path), start);
                    colons = 0;
                    self.read_literal(&literal);
                }
            }
        }
        self.mention(path, start);
    }

    fn read_group(&mut self, prefix: &[String], tokens: TokenStream) {
        let before = self.source.mentions.len();
        self.read_tokens(tokens.clone());
        for mention in &mut self.source.mentions[before..] {
            mention.path.splice(0..0, prefix.iter().cloned());
        }
        for token in tokens {
            if let TokenTree::Ident(ident) = token {
                let path = prefix.iter().cloned().chain([ident.unraw().to_string()]).collect();
                self.mention(path, ident.span());
            }
        }
    }

    fn read_literal(&mut self, literal: &proc_macro2::Literal) {
        let syn::Lit::Str(text) = syn::Lit::new(literal.clone()) else {
            return;
        };
        let value = text.value();
        if ["crate::", "self::", "super::"].iter().any(|start| value.starts_with(start))
            && let Ok(path) = text.parse::<syn::Path>()
        {
            self.mention(segments(&path), literal.span());
        }
    }
}

fn segments(path: &syn::Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| segment.ident.unraw().to_string())
        .collect()
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            syn::Item::Struct(item) => &item.attrs,
            syn::Item::Const(item) => &item.attrs,
            syn::Item::Mod(item) => {
                if is_for_tests(&item.attrs) && item.content.is_none() {
                    let child = self.module.iter().cloned().chain([item.ident.unraw().to_string()]);
                    self.source.test_modules.push(child.collect());
                }
                &item.attrs
            }
            _ => return visit::visit_item(self, item),
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.unraw().to_string());
        if item.content.is_some() {
            self.source.modules.push(self.module.clone());
        }
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            self.import(&item.tree, &[], !matches!(item.vis, syn::Visibility::Inherited));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let (None, Some(first)) = (&path.leading_colon, path.segments.first()) {
            self.mention(segments(path), first.ident.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        self.visit_path(&invocation.path);
        self.read_tokens(invocation.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        match &attribute.meta {
            syn::Meta::List(list) => {
                self.visit_path(&list.path);
                self.read_tokens(list.tokens.clone());
            }
            meta => visit::visit_meta(self, meta),
        }
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.read_literal(&text.token());
    }
}
