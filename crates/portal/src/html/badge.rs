//! Marks: shape, word and colour together; colour never stands alone.

use judge::Outcome;
use maud::{Markup, html};
use standards::Class;

use crate::lang::Lang;

/// The name of a class in style sheets and drawings.
pub(crate) const fn class_name(class: Class) -> &'static str {
    match class {
        Class::I => "c1",
        Class::II => "c2",
        Class::III => "c3",
        Class::IV => "c4",
        Class::V => "c5",
        Class::InferiorV => "c6",
    }
}

/// The shape of a class: a drawing of twelve units around the origin.
pub(crate) fn shape(class: Option<Class>) -> Markup {
    html! {
        @match class {
            Some(Class::I | Class::II) => { circle r="5.4" {} },
            Some(Class::III) => { path d="M0-6 L6 5 L-6 5Z" {} },
            Some(Class::IV) => { path d="M0-6.5 L6.5 0 L0 6.5 L-6.5 0Z" {} },
            Some(Class::V) => { rect x="-5.2" y="-5.2" width="10.4" height="10.4" {} },
            Some(Class::InferiorV) => { path d="M-6-3 L-3-6 L0-3 L3-6 L6-3 L3 0 L6 3 L3 6 L0 3 L-3 6 L-6 3 L-3 0Z" {} },
            None => { circle r="4.6" {} },
        }
    }
}

/// A class as a mark.
pub(crate) fn class(lang: Lang, class: Class) -> Markup {
    html! {
        span class={ "class " (class_name(class)) } {
            svg.mark viewBox="-8 -8 16 16" width="12" height="12" aria-hidden="true" { (shape(Some(class))) }
            (judge::class_word(class.id(), lang.id()))
        }
    }
}

/// No class, and why.
pub(crate) fn no_class(lang: Lang) -> Markup {
    html! { span class="class c0" { svg.mark viewBox="-8 -8 16 16" width="12" height="12" aria-hidden="true" { (shape(None)) } (lang.t("class.none")) } }
}

/// An outcome as a mark.
pub(crate) fn outcome(lang: Lang, outcome: Outcome) -> Markup {
    let sign = match outcome {
        Outcome::Pass => "✓",
        Outcome::Fail => "✗",
        Outcome::Undetermined => "?",
        Outcome::NotApplicable => "–",
    };
    html! { span class={ "outcome " (outcome.id()) } { span aria-hidden="true" { (sign) " " } (judge::outcome_word(outcome, lang.id())) } }
}

/// The mark of what was made up.
pub(crate) fn made_up(lang: Lang, made_up: bool) -> Markup {
    html! { @if made_up { span.madeup { (lang.t("mark.made_up")) } } }
}
