//! The sample frames of `tests/samples/hj212.txt`.

use std::collections::HashMap;

/// One block of the file.
pub(crate) struct Sample {
    pub(crate) id: String,
    pub(crate) verdict: String,
    pub(crate) checksum: String,
    pub(crate) edition: String,
    /// Head fields and DataTime; what is missing is not here.
    pub(crate) fields: HashMap<String, String>,
    pub(crate) pairs: usize,
    pub(crate) codes: Vec<String>,
    pub(crate) departs: Vec<String>,
    /// Without CR LF.
    pub(crate) frame: Vec<u8>,
}

impl Sample {
    /// As it goes over the line.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.frame.as_slice(), b"\r\n".as_slice()].concat()
    }
}

/// All of them.
pub(crate) fn all() -> Vec<Sample> {
    let blocks = include_str!("../samples/hj212.txt").split("\n\n").filter(|block| block.starts_with("id: "));
    blocks.map(read).collect()
}

/// The one with an id.
pub(crate) fn by_id(id: &str) -> Sample {
    all().into_iter().find(|sample| sample.id == id).unwrap_or_else(|| panic!("no sample {id}"))
}

fn read(block: &str) -> Sample {
    let values: HashMap<&str, &str> = block.lines().filter_map(|line| line.split_once(": ")).collect();
    let get = |name: &str| values.get(name).copied().unwrap_or_default();
    let list = |name: &str, by: &str| get(name).split(by).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let field = |field: &str| field.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let fields = get("fields").split(' ').filter_map(field).filter(|(_, value)| value != "-").collect();
    Sample {
        id: get("id").to_owned(),
        verdict: get("verdict").to_owned(),
        checksum: get("checksum").to_owned(),
        edition: get("edition").to_owned(),
        fields,
        pairs: get("pairs").parse().unwrap(),
        codes: list("codes", ","),
        departs: list("departs", "; "),
        frame: if get("escaped") == "yes" { unescape(get("frame")) } else { get("frame").as_bytes().to_vec() },
    }
}

/// `\xE6` as a byte.
fn unescape(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}
