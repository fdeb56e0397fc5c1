//! Forms and other small parts of pages.

use maud::{Markup, html};

use super::{KEY, PageContext};

/// A button that does one thing: what it does, with its fields.
pub(super) fn button(path: &str, verb: &str, fields: &[(&str, &str)], label: &str, class: &str, of: &str) -> Markup {
    html! {
        form.inline method="post" action=(path) {
            (hidden(verb))
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button class=(class) type="submit" {
                (label) @if !of.is_empty() { span.unseen { " " (of) } }
            }
        }
    }
}

/// What every form bears: what it does, and the key by which it is done once.
pub(super) fn hidden(verb: &str) -> Markup {
    html! {
        input type="hidden" name="do" value=(verb);
        input type="hidden" name="key" value={ (KEY) "." (verb) };
    }
}

/// A field for a text of some lines, which is kept while it is typed.
pub(super) fn words(beside: &PageContext, keep: &str, name: &str, label: &str, rows: u8) -> Markup {
    let kept = beside.drafts.get(keep).map_or("", String::as_str);
    html! {
        label.field { span { (label) }
            textarea name=(name) rows=(rows) maxlength="2000" required data-keep=(keep) { (kept) }
        }
    }
}

/// A field of one line, which is kept while it is typed.
pub(super) fn line(beside: &PageContext, keep: &str, name: &str, label: &str, hint: &str, required: bool) -> Markup {
    let kept = beside.drafts.get(keep).map_or("", String::as_str);
    html! {
        label.field { span { (label) }
            input type="text" name=(name) value=(kept) placeholder=[(!hint.is_empty()).then_some(hint)] maxlength="2000"
                required[required] autocomplete="off" data-keep=(keep);
        }
    }
}

/// The PIN that a place asks further devices for: to set, or to take away.
pub(super) fn pin(path: &str, set: bool) -> Markup {
    html! {
        details.more #pin { summary { "PIN" }
            @if set { p { "A further device has to give this place's PIN." } (button(path, "pin", &[], "Take the PIN away", "quiet", "")) }
            @else { form.bar method="post" action=(path) { (hidden("pin"))
                label.field { span { "A PIN that further devices have to give" } input type="password" name="pin" minlength="4" maxlength="32" autocomplete="off" required; }
                button type="submit" { "Set" } } }
        }
    }
}

/// A field of one line that holds something already, which may be changed.
pub(super) fn filled(beside: &PageContext, keep: &str, name: &str, label: &str, now: &str, required: bool) -> Markup {
    let kept = beside.drafts.get(keep).map_or(now, String::as_str);
    html! {
        label.field { span { (label) }
            input type="text" name=(name) value=(kept) maxlength="2000" required[required] autocomplete="off" data-keep=(keep);
        }
    }
}

/// A field of one line that may hold something already, with a hint where it holds nothing.
pub(super) fn about(
    beside: &PageContext,
    keep: &str,
    name: &str,
    label: &str,
    hint: &str,
    now: &str,
    required: bool,
) -> Markup {
    if now.is_empty() {
        line(beside, keep, name, label, hint, required)
    } else {
        filled(beside, keep, name, label, now, required)
    }
}

/// A field for a text in paragraphs, which may hold one already and may stay empty.
pub(super) fn text(beside: &PageContext, keep: &str, name: &str, label: &str, hint: &str, now: &str) -> Markup {
    let kept = beside.drafts.get(keep).map_or(now, String::as_str);
    html! {
        label.field { span { (label) }
            textarea name=(name) rows="2" maxlength="2000" placeholder=[(!hint.is_empty()).then_some(hint)] data-keep=(keep) { (kept) }
        }
    }
}

/// A choice among named things.
pub(super) fn choice(name: &str, label: &str, options: &[(String, String)], chosen: &str) -> Markup {
    html! {
        label.field { span { (label) }
            select name=(name) {
                @for (value, text) in options { option value=(value) selected[value == chosen] { (text) } }
            }
        }
    }
}
