//! What rule SQL may not contain. Whether it can be planned at all is for the judge to say.

/// A word that a rule must not use, with the reason.
pub(crate) fn forbidden(sql: &str) -> Option<String> {
    let code = without_comments_and_strings(sql);
    let words: Vec<String> = words(&code);
    for (place, word) in words.iter().enumerate() {
        let called = words.get(place + 1).is_some_and(|next| next == "(");
        match word.as_str() {
            "avg" | "mean" if called => {
                return Some(format!("`{word}(…)` is refused (expected exact_mean(value), which rounds once, in decimal)"));
            }
            "float" | "double" | "real" | "float4" | "float8" => {
                return Some(format!("`{word}` is refused (expected decimal, so that limits meet values exactly)"));
            }
            "insert" | "update" | "delete" | "create" | "drop" | "copy" | "set" => {
                return Some(format!("`{word}` is refused (expected a SELECT: rules only read)"));
            }
            "now" | "current_date" | "current_timestamp" | "random" if called || word.starts_with("current") => {
                return Some(format!("`{word}` is refused (expected the clock table, so that a judgement can be replayed)"));
            }
            _ => {}
        }
    }
    None
}

fn words(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in code.chars() {
        if c.is_alphanumeric() || c == '_' {
            word.extend(c.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if !c.is_whitespace() {
            words.push(c.to_string());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn without_comments_and_strings(sql: &str) -> String {
    let mut code = String::new();
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '-' if rest.peek() == Some(&'-') => {
                while rest.peek().is_some_and(|next| *next != '\n') {
                    rest.next();
                }
            }
            '\'' | '"' => {
                for next in rest.by_ref() {
                    if next == c {
                        break;
                    }
                }
                code.push(' ');
            }
            other => code.push(other),
        }
    }
    code
}

/// Whether a query asks `$name IS NULL` or `$name IS NOT NULL`.
pub(crate) fn asks_for_null(sql: &str, name: &str) -> bool {
    let words = words(&without_comments_and_strings(sql));
    let name = name.to_lowercase();
    (0..words.len()).any(|at| {
        let follows = |expected: &[&str]| words[at..].iter().map(String::as_str).take(expected.len()).eq(expected.iter().copied());
        follows(&["$", &name, "is", "null"]) || follows(&["$", &name, "is", "not", "null"])
    })
}

/// Names written `$name` in a query, outside quotes and comments.
pub(crate) fn parameters(sql: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut quoted = false;
    let bare: String = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut rest = bare.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' => quoted = !quoted,
            '$' if !quoted => {
                let mut name = String::new();
                while let Some(c) = rest.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    name.push(c);
                }
                if !name.is_empty() && !names.contains(&name) {
                    names.push(name);
                }
            }
            _ => {}
        }
    }
    names
}
