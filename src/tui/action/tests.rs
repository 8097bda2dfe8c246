//! What holds for every action, whatever it does.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_name_and_command_leads_back_to_its_action() {
    for action in Action::all() {
        assert_eq!(Action::by_name(action.name()), Some(action));
        if let Some(slash) = action.slash() {
            assert!(slash.starts_with('/') && action.in_palette(), "{slash}");
            assert_eq!(Action::by_slash(slash), Some(action));
            assert_eq!(Action::by_slash(&slash[1..]), Some(action));
        }
    }
    assert_eq!(Action::by_slash("//help"), None);
    assert_eq!(Action::by_slash("/"), None);
    assert_eq!(Action::by_name("Help"), None);
}

#[test]
fn names_are_kebab_case_and_sentences_fit_a_row() {
    let names: BTreeSet<&str> = Action::all().map(Action::name).collect();
    assert_eq!(names.len(), Action::all().count());
    for action in Action::all() {
        let (name, about) = (action.name(), action.about());
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
        assert!(about.starts_with(|c: char| c.is_uppercase()) && !about.ends_with('.'), "{about}");
        assert!(about.len() <= 60, "{about}");
    }
}

#[test]
fn every_promised_command_exists() {
    let promised =
        "/cost /context /model /new /resume /help /export /theme /undo /redo /retry /copy /quit /find";
    for slash in promised.split(' ') {
        assert!(Action::by_slash(slash).is_some(), "{slash}");
    }
}

#[test]
fn global_actions_work_everywhere_and_others_where_they_say() {
    assert!(Context::ALL.iter().all(|context| Action::Quit.works_in(*context)));
    assert!(Action::Reject.works_in(Context::Diff) && !Action::Reject.works_in(Context::Composer));
}
