//! Everything that a file names: paths in code, in `use` trees, inside macros and in attributes.
//!
//! Macros are opaque to the parser, so their tokens are read for runs of `a::b::c`.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// What a file names.
#[derive(Default)]
pub(super) struct Names {
    /// Each path, as its segments.
    pub(super) paths: Vec<Vec<String>>,
    /// The last word of each macro's name.
    pub(super) macros: Vec<String>,
    /// Each string.
    pub(super) strings: Vec<String>,
    /// `async` or `.await`, anywhere.
    pub(super) waits: bool,
    /// `use crate::{…}`: one line that names several modules.
    pub(super) braced_use: bool,
    /// The names of functions that are tests, with whether they are ignored.
    pub(super) tests: Vec<(String, bool)>,
}

impl Names {
    /// Reads a file.
    pub(super) fn of(file: &syn::File) -> Self {
        let mut names = Self::default();
        names.visit_file(file);
        names
    }

    fn use_tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let extended = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.use_tree(&path.tree, &extended(&path.ident)),
            syn::UseTree::Name(name) => self.paths.push(extended(&name.ident)),
            syn::UseTree::Rename(name) => self.paths.push(extended(&name.ident)),
            syn::UseTree::Glob(_) => self.paths.push(before.to_vec()),
            syn::UseTree::Group(group) => {
                self.braced_use |= before == ["crate"];
                for tree in &group.items {
                    self.use_tree(tree, before);
                }
            }
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut run: Vec<String> = Vec::new();
        let mut colons = 0;
        for tree in tokens {
            match tree {
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.end(&mut run);
                    }
                    self.waits |= name == "async" || name == "await";
                    run.push(name.to_string());
                }
                // `crate::{a, b}` inside a macro: each branch continues the path.
                TokenTree::Group(group) if colons == 2 && group.delimiter() == Delimiter::Brace => {
                    self.braced_use |= run == ["crate"];
                    let mut inner = Self::default();
                    inner.tokens(group.stream());
                    let stem = std::mem::take(&mut run);
                    self.paths
                        .extend(inner.paths.into_iter().map(|path| [stem.clone(), path].concat()));
                }
                TokenTree::Group(group) => {
                    self.end(&mut run);
                    self.tokens(group.stream());
                }
                TokenTree::Literal(literal) => {
                    self.end(&mut run);
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        self.strings.push(text.value());
                    }
                }
                TokenTree::Punct(punct) => {
                    if punct.as_char() == '!' && punct.spacing() == Spacing::Alone {
                        self.macros.extend(run.last().cloned());
                    }
                    self.end(&mut run);
                }
            }
            colons = 0;
        }
        self.end(&mut run);
    }

    fn end(&mut self, run: &mut Vec<String>) {
        if !run.is_empty() {
            self.paths.push(std::mem::take(run));
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        visit::visit_macro(self, item);
        self.macros.extend(item.path.segments.last().map(|segment| segment.ident.to_string()));
        self.tokens(item.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if !attribute.path().is_ident("doc")
            && let syn::Meta::List(list) = &attribute.meta
        {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.strings.push(text.value());
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.waits |= signature.asyncness.is_some();
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.waits = true;
        visit::visit_expr_async(self, block);
    }

    fn visit_expr_await(&mut self, wait: &'ast syn::ExprAwait) {
        self.waits = true;
        visit::visit_expr_await(self, wait);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.waits |= closure.asyncness.is_some();
        visit::visit_expr_closure(self, closure);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let is = |attribute: &syn::Attribute, name: &str| {
            attribute.path().segments.last().is_some_and(|segment| segment.ident == name)
        };
        if item.attrs.iter().any(|attribute| is(attribute, "test")) {
            let ignored = item.attrs.iter().any(|attribute| is(attribute, "ignore"));
            self.tests.push((item.sig.ident.to_string(), ignored));
        }
        visit::visit_item_fn(self, item);
    }
}
