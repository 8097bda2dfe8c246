//! Pure: the stem of an English word after Porter (1980), so that `cached`, `caching` and `caches` are
//! one word.

/// Ending, what takes its place, in the order in which they are tried.
type Rules = &'static [(&'static str, &'static str)];

const DERIVED: Rules = &[
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("abli", "able"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
];

const ADJECTIVES: Rules = &[
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
];

const REST: Rules = &[
    ("al", ""),
    ("ance", ""),
    ("ence", ""),
    ("er", ""),
    ("ic", ""),
    ("able", ""),
    ("ible", ""),
    ("ant", ""),
    ("ement", ""),
    ("ment", ""),
    ("ent", ""),
    ("sion", "s"),
    ("tion", "t"),
    ("ou", ""),
    ("ism", ""),
    ("ate", ""),
    ("iti", ""),
    ("ous", ""),
    ("ive", ""),
    ("ize", ""),
];

/// Stems a lower-case word in place; what is no plain English word stays as it is.
pub(super) fn stem(word: &mut String) {
    if word.len() <= 2 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return;
    }
    plural(word);
    participle(word);
    if word.ends_with('y') && has_vowel(&word[..word.len() - 1]) {
        replace(word, 1, "i");
    }
    apply(word, DERIVED, 0);
    apply(word, ADJECTIVES, 0);
    apply(word, REST, 1);
    last_letter(word);
}

fn plural(word: &mut String) {
    if word.ends_with("sses") || word.ends_with("ies") {
        replace(word, 2, "");
    } else if word.ends_with('s') && !word.ends_with("ss") {
        replace(word, 1, "");
    }
}

fn participle(word: &mut String) {
    if let Some(before) = word.strip_suffix("eed") {
        if measure(before) > 0 {
            replace(word, 1, "");
        }
        return;
    }
    let ending = ["ed", "ing"].into_iter().find(|ending| word.ends_with(ending));
    let Some(ending) = ending.filter(|ending| has_vowel(&word[..word.len() - ending.len()])) else {
        return;
    };
    replace(word, ending.len(), "");
    let is_double = word.len() >= 2 && word.as_bytes()[word.len() - 1] == word.as_bytes()[word.len() - 2];
    if ["at", "bl", "iz"].iter().any(|ending| word.ends_with(ending)) {
        word.push('e');
    } else if is_double && is_consonant(word, word.len() - 1) && !word.ends_with(['l', 's', 'z']) {
        replace(word, 1, "");
    } else if measure(word) == 1 && ends_short(word) {
        word.push('e');
    }
}

/// The longest ending that fits is replaced if more than `least` measures stand before it.
fn apply(word: &mut String, rules: Rules, least: usize) {
    let fitting = rules.iter().filter(|(ending, _)| word.ends_with(ending));
    let Some((ending, new)) = fitting.max_by_key(|(ending, _)| ending.len()) else {
        return;
    };
    let kept = word.len() - ending.len() + if least > 0 { new.len() } else { 0 };
    if measure(&word[..kept]) > least {
        replace(word, ending.len(), new);
    }
}

fn last_letter(word: &mut String) {
    if let Some(before) = word.strip_suffix('e') {
        let measure = measure(before);
        if measure > 1 || (measure == 1 && !ends_short(before)) {
            replace(word, 1, "");
        }
    }
    if word.ends_with("ll") && measure(&word[..word.len() - 1]) > 1 {
        replace(word, 1, "");
    }
}

fn replace(word: &mut String, last: usize, new: &str) {
    word.truncate(word.len() - last);
    word.push_str(new);
}

fn is_consonant(word: &str, at: usize) -> bool {
    match word.as_bytes()[at] {
        b'a' | b'e' | b'i' | b'o' | b'u' => false,
        b'y' => at == 0 || !is_consonant(word, at - 1),
        _ => true,
    }
}

fn has_vowel(word: &str) -> bool {
    (0..word.len()).any(|at| !is_consonant(word, at))
}

/// How often a vowel is followed by a consonant.
fn measure(word: &str) -> usize {
    (1..word.len()).filter(|at| is_consonant(word, *at) && !is_consonant(word, at - 1)).count()
}

/// Consonant, vowel, consonant at the end, the last no w, x or y: `hop`.
fn ends_short(word: &str) -> bool {
    let last = word.len();
    last >= 3
        && is_consonant(word, last - 3)
        && !is_consonant(word, last - 2)
        && is_consonant(word, last - 1)
        && !word.ends_with(['w', 'x', 'y'])
}

#[cfg(test)]
mod tests {
    fn check(words: &str, expected: &str) {
        for word in words.split(' ') {
            let mut stemmed = word.to_owned();
            super::stem(&mut stemmed);
            assert_eq!(stemmed, expected, "{word}");
        }
    }

    #[test]
    fn forms_of_a_word_are_one() {
        check("cache caches cached caching", "cach");
        check("complete completes completed completion completing", "complet");
        check("validate validates validation validator", "valid");
        check("parse parses parsed parsing", "pars");
        check("query queries querying", "queri");
        check("plan plans planned planning", "plan");
        check("agree agreed agrees", "agre");
        check("relational relate", "relat");
        check("session sessions", "session");
        check("hopefulness hopeful", "hope");
    }

    #[test]
    fn what_is_no_english_word_stays() {
        check("is", "is");
        check("utf8s", "utf8s");
        check("größen", "größen");
        check("class", "class");
    }
}
