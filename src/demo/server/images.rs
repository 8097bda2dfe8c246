//! Images in a request: what they cost, and which the real services refuse.

use serde_json::Value;

use super::rules::{Refusal, text};
use crate::llm::Models;

/// What an image is charged with, whatever its size.
const TOKENS: u64 = 1_000;

/// The addresses of all images in `value`.
fn urls(value: &Value) -> Vec<&str> {
    match value {
        Value::String(url) if url.starts_with("data:image/") => vec![url],
        Value::Array(values) => values.iter().flat_map(urls).collect(),
        Value::Object(fields) => fields.values().flat_map(urls).collect(),
        _ => Vec::new(),
    }
}

/// An estimate of the tokens of everything in `value`.
pub(super) fn tokens(value: &Value) -> u64 {
    let images = urls(value);
    let inside: usize = images.iter().map(|url| url.len()).sum();
    let words = value.to_string().len().saturating_sub(inside);
    words.div_ceil(4) as u64 + TOKENS * images.len() as u64
}

/// Refuses images that are none, and any that go to a model known to take none.
pub(super) fn check(body: &Value, history: &[Value]) -> Result<(), Refusal> {
    let urls: Vec<&str> = history.iter().flat_map(urls).collect();
    let model = text(body, "model");
    let info = Models::default().info(model);
    if !urls.is_empty() && info.context.is_some() && !info.images {
        return Err(refusal(match model.starts_with("deepseek") {
            true => "unknown variant `image_url`, expected `text`",
            false => "Invalid content type. image_url is only supported by certain models.",
        }));
    }
    match urls.iter().all(|url| is_image(url)) {
        true => Ok(()),
        false => Err(refusal("The image data you provided does not represent a valid image.")),
    }
}

fn refusal(message: &str) -> Refusal {
    Refusal { param: "input", message: message.to_owned() }
}

/// The signatures of PNG, JPEG, GIF and WebP as base64 begins with them.
fn is_image(url: &str) -> bool {
    const SIGNATURES: [(&str, &str); 4] =
        [("png", "iVBORw0KGgo"), ("jpeg", "/9j/"), ("gif", "R0lGODd"), ("webp", "UklGR")];
    let Some((kind, data)) = url.strip_prefix("data:image/").and_then(|rest| rest.split_once(";base64,"))
    else {
        return false;
    };
    let is_gif89 = kind == "gif" && data.starts_with("R0lGODl");
    is_gif89 || SIGNATURES.iter().any(|(known, start)| kind == *known && data.starts_with(start))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check_refused(model: &str, url: &str, expected: &str) {
        let history = [json!({"role": "user", "content": [{"type": "input_image", "image_url": url}]})];
        let refused = check(&json!({"model": model}), &history).err().map(|refusal| refusal.message);
        assert!(refused.unwrap_or_default().starts_with(expected), "{model} {url}");
    }

    #[test]
    fn images_are_refused_as_the_services_do() {
        let png = "data:image/png;base64,iVBORw0KGgo=";
        assert!(check(&json!({"model": "gpt-5"}), &[json!({"url": png})]).is_ok());
        assert!(check(&json!({"model": "anything-local"}), &[json!({"url": png})]).is_ok());
        check_refused("deepseek-v4-pro", png, "unknown variant");
        check_refused("gpt-5", "data:image/jpeg;base64,iVBORw0KGgo=", "The image data");
        check_refused("gpt-5", "data:image/png,iVBORw0KGgo=", "The image data");
    }

    #[test]
    fn an_image_does_not_cost_its_bytes() {
        let with =
            |size: usize| tokens(&json!({"url": format!("data:image/png;base64,{}", "A".repeat(size))}));
        assert_eq!(with(4), with(1_000_000));
        assert_eq!(with(4), TOKENS + tokens(&json!({"url": ""})));
    }
}
