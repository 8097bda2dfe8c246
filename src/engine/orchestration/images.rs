//! Images that the user shows: read beside the loop when an operation begins, and left out, with a
//! sentence, where they cannot be sent.

use std::{borrow::Cow, collections::HashSet, sync::Arc};

use crate::{
    engine::{EngineError, Shared},
    llm::{Image, Item},
};

use super::Operation;

/// Base64 of images in one request. DeepSeek takes bodies of 48 MiB and OpenAI of 50 MB, and text must
/// find room beside them.
const MAX_SENT: usize = 32 * 1024 * 1024;

/// Stands in for an image in a history that goes to a model without eyes, or grows too large.
const LEFT_OUT: &str = "[image left out]";

/// What became of the images of a prompt.
#[derive(Debug, Default)]
struct Shown {
    names: Vec<String>,
    images: Vec<Image>,
    /// A sentence for each that cannot be sent.
    left_out: Vec<String>,
}

impl Operation {
    /// Reads the images of the prompt and tells which of them cannot be sent. What stays in the
    /// client's context is what the planner will see.
    pub(super) async fn read_images(&mut self) -> Result<Vec<Image>, EngineError> {
        let named = std::mem::take(&mut self.assignment.client.images);
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let planner = self.setup.planner()?;
        if !planner.takes_images {
            self.notice(without_eyes(&named, &planner.choice.model)).await?;
            return Ok(Vec::new());
        }
        let shared = Arc::clone(&self.shared);
        let reading = tokio::task::spawn_blocking(move || read(&shared, named));
        let Shown { names, images, left_out } = reading.await.map_err(|_| EngineError::Internal)?;
        for sentence in left_out {
            self.notice(sentence).await?;
        }
        self.assignment.client.images = names;
        Ok(images)
    }
}

fn read(shared: &Shared, named: Vec<String>) -> Shown {
    let (mut shown, mut seen) = (Shown::default(), HashSet::new());
    for name in named.into_iter().filter(|name| seen.insert(name.clone())) {
        match shared.workspace.read_image(&name, shared.user_home.as_deref()) {
            Ok(file) => shown.add(name, Image::new(file.media_type, &file.bytes)),
            Err(why) => shown.left_out.push(format!("{name} was left out: {why}.")),
        }
    }
    shown
}

impl Shown {
    fn add(&mut self, name: String, image: Image) {
        let sent: usize = self.images.iter().map(|image| image.data.len()).sum();
        if sent + image.data.len() > MAX_SENT {
            let why = "the images of one prompt are larger than 24 MiB together; send it with the next one";
            self.left_out.push(format!("{name} was left out: {why}."));
            return;
        }
        self.names.push(name);
        self.images.push(image);
    }
}

fn without_eyes(named: &[String], model: &str) -> String {
    let were = if named.len() == 1 { "was" } else { "were" };
    format!(
        "{} {were} left out: {model} takes no images; choose a planner that does, or set models.{model:?}.images = true if it does.",
        named.join(", ")
    )
}

/// The history as a model is sent it: a model without eyes gets words in the place of images, others
/// the newest images that fit into a request.
pub(super) fn for_model(history: &[Item], takes_images: bool) -> Cow<'_, [Item]> {
    let limit = if takes_images { MAX_SENT } else { 0 };
    let sizes = history.iter().flat_map(images_of).map(|image| image.data.len());
    if sizes.sum::<usize>() <= limit {
        return Cow::Borrowed(history);
    }
    let mut room = limit;
    let mut fitting: Vec<Item> = history.iter().rev().map(|item| fit(item, &mut room)).collect();
    fitting.reverse();
    Cow::Owned(fitting)
}

fn images_of(item: &Item) -> &[Image] {
    match item {
        Item::User { images, .. } => images,
        _ => &[],
    }
}

/// Keeps the images of `item` together, or leaves them all out; from then on there is no room.
fn fit(item: &Item, room: &mut usize) -> Item {
    let Item::User { text, images } = item else { return item.clone() };
    let size = images.iter().map(|image| image.data.len()).sum();
    match room.checked_sub(size) {
        Some(rest) => {
            *room = rest;
            item.clone()
        }
        None => {
            *room = 0;
            Item::user(format!("{text}{}", format!("\n\n{LEFT_OUT}").repeat(images.len())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items as words: `look:3` shows an image of 3 MiB of base64, `look` shows nothing.
    fn check(history: &str, takes_images: bool, expected: &str) {
        let items: Vec<Item> = history.split_whitespace().map(item).collect();
        let shown: Vec<String> = for_model(&items, takes_images).iter().map(show).collect();
        assert_eq!(shown.join(" "), expected, "{history}");
    }

    fn item(word: &str) -> Item {
        let mut parts = word.split(':');
        let text = parts.next().unwrap_or_default().to_owned();
        let image = |size: &str| Image {
            media_type: "image/png".into(),
            data: "A".repeat(size.parse().unwrap_or(0) * 1024 * 1024),
        };
        Item::User { text, images: parts.map(image).collect() }
    }

    fn show(item: &Item) -> String {
        let Item::User { text, images } = item else { return "?".into() };
        let sizes = images.iter().map(|image| format!(":{}", image.data.len() / 1024 / 1024));
        text.replace("\n\n[image left out]", "-") + &sizes.collect::<String>()
    }

    #[test]
    fn a_model_without_eyes_is_told_what_was_left_out() {
        check("a b:1:1 c d:1", false, "a b-- c d-");
        check("a b:1:1 c d:1", true, "a b:1:1 c d:1");
    }

    #[test]
    fn the_newest_images_that_fit_are_sent() {
        check("a:14 b:14 c d:14", true, "a- b:14 c d:14");
        check("a:1 b:20 c:20", true, "a- b- c:20");
    }

    #[test]
    fn a_history_without_images_is_not_copied() {
        let history = [Item::user("a")];
        assert!(matches!(for_model(&history, false), Cow::Borrowed(_)));
    }

    #[test]
    fn a_prompt_takes_what_fits_into_a_request() {
        let mut shown = Shown::default();
        for (name, size) in [("a", "20"), ("b", "20"), ("c", "10")] {
            let Item::User { images, .. } = item(&format!("x:{size}")) else { return };
            images.into_iter().for_each(|image| shown.add(name.into(), image));
        }
        assert_eq!(shown.names, ["a", "c"]);
        assert_eq!(shown.left_out.len(), 1);
        assert!(shown.left_out.concat().starts_with("b was left out: the images of one prompt"));
    }
}
