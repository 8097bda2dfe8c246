//! The bytes of a file and the hash they are known by, as store and workspace hand them to each other: shared
//! rather than copied, and hashed once, for a change may hold hundreds of megabytes.

use std::{
    fmt::{self, Write as _},
    ops::Deref,
    sync::{Arc, OnceLock},
};

use sha2::{Digest, Sha256};

/// The bytes of a file. Clones share them.
#[derive(Clone)]
pub struct Content(Arc<Bytes>);

struct Bytes {
    bytes: Vec<u8>,
    hash: OnceLock<String>,
}

impl Content {
    /// Bytes that were hashed before, by us.
    pub fn known(bytes: Vec<u8>, hash: String) -> Self {
        Self(Arc::new(Bytes { bytes, hash: OnceLock::from(hash) }))
    }

    /// SHA-256, lower-case hex.
    pub fn hash(&self) -> &str {
        self.0.hash.get_or_init(|| content_hash(&self.0.bytes))
    }
}

impl Deref for Content {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0.bytes
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Bytes { bytes, hash: OnceLock::new() }))
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.bytes == other.0.bytes
    }
}

impl Eq for Content {}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

/// A file as it is or shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileState {
    /// All its bytes.
    pub content: Content,
    /// Unix permission bits; `None` is 0644 less the umask, as for any new file, or a system without such bits.
    pub mode: Option<u32>,
}

impl FileState {
    /// SHA-256 of the content, lower-case hex.
    pub fn hash(&self) -> String {
        self.content.hash().to_owned()
    }

    /// Works the hash out now, where a processor is at hand for it, so that [`FileState::hash`] is quick later.
    pub fn hash_now(&self) {
        self.content.hash();
    }
}

/// SHA-256, lower-case hex.
pub fn content_hash(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
