//! Lists come in pages: 30 entries unless asked otherwise, 100 at most, with a `Link` header of
//! absolute addresses on the host that was asked.

use super::{Answer, Call, Content, Outcome, call::encoded};
use crate::world::World;
use serde_json::{Map, Value};

/// One page of a list.
pub(crate) struct Slice {
    pub from: usize,
    pub to: usize,
    pub total: usize,
    link: Option<String>,
}

impl Call {
    pub(crate) fn asked(&self, name: &str, default: usize) -> usize {
        self.query(name).and_then(|text| text.parse().ok()).unwrap_or(default)
    }

    pub(crate) fn slice(&self, world: &World, total: usize) -> Slice {
        self.slice_of(world, total, 30, 100)
    }

    /// A page of a list with sizes of its own: unless asked otherwise, and at most.
    pub(crate) fn slice_of(&self, world: &World, total: usize, usual: usize, most: usize) -> Slice {
        let most = world.settings.rows_of_a_page.map_or(most, |rows| rows.min(most));
        let per_page = self.asked("per_page", usual).clamp(1, most);
        let page = self.asked("page", 1).max(1);
        let last = total.div_ceil(per_page).max(1);
        let from = ((page - 1) * per_page).min(total);
        let link = self.link(world, page, last);
        Slice { from, to: (from + per_page).min(total), total, link }
    }

    fn link(&self, world: &World, page: usize, last: usize) -> Option<String> {
        let mut parts = Vec::new();
        if page > 1 {
            parts.push(self.to_page(world, page - 1, "prev"));
        }
        if page < last {
            parts.push(self.to_page(world, page + 1, "next"));
            parts.push(self.to_page(world, last, "last"));
        }
        if page > 1 {
            parts.push(self.to_page(world, 1, "first"));
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    fn to_page(&self, world: &World, page: usize, rel: &str) -> String {
        let mut query: Vec<String> = self
            .query
            .iter()
            .filter(|(key, _)| key != "page")
            .map(|(key, value)| format!("{}={}", encoded(key), encoded(value)))
            .collect();
        query.push(format!("page={page}"));
        format!("<{}{}?{}>; rel=\"{rel}\"", world.base, self.path, query.join("&"))
    }

    /// A page of a plain list.
    pub(crate) fn list<T>(&self, world: &World, all: &[T], shown: impl Fn(&T) -> Value) -> Outcome {
        let slice = self.slice(world, all.len());
        let entries = all[slice.from..slice.to].iter().map(shown).collect();
        Ok(slice.answer(Value::Array(entries)))
    }

    /// A page of a list inside an object: `{total_count, name: […]}`.
    pub(crate) fn list_in<T>(
        &self,
        world: &World,
        name: &str,
        all: &[T],
        shown: impl Fn(&T) -> Value,
    ) -> Outcome {
        let slice = self.slice(world, all.len());
        let entries = all[slice.from..slice.to].iter().map(shown).collect();
        let mut body = Map::new();
        body.insert("total_count".to_owned(), slice.total.into());
        body.insert(name.to_owned(), Value::Array(entries));
        Ok(slice.answer(Value::Object(body)))
    }
}

impl Slice {
    pub(crate) fn answer(self, body: Value) -> Answer {
        let headers = self.link.into_iter().map(|link| ("link", link)).collect();
        Answer { status: 200, content: Content::Json(body), headers }
    }
}
