//! The frame of the page; the rest comes into it piece by piece.

use maud::{DOCTYPE, Markup, html};

use crate::guard::Guard;

/// The page of one run.
pub(crate) fn page(guard: &Guard) -> Markup {
    let key = guard.query();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="lilo-token" content=(guard.token());
                title { "LILO" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href={ "/page.css" (key) };
                script src={ "/page.js" (key) } type="module" {}
            }
            body {
                header {
                    h1 { "LILO" }
                    p #summary {}
                    p #connection role="status" { "Connecting…" }
                }
                noscript { p { "This page needs JavaScript to show a live stream." } }
                main {
                    p #message role="alert" {}
                    p.unseen #announcement role="status" {}
                    div #channels {}
                    section aria-labelledby="events-title" {
                        h2 #events-title { "Events" }
                        p {
                            "EventBridge's events, the newest first, with what the functions made "
                            "of them."
                        }
                        ol #events reversed {}
                    }
                    section aria-labelledby="stack-title" {
                        h2 #stack-title { "Stack" }
                        (table("stack", &["Time", "Resource", "Status", "Detail"]))
                    }
                    section aria-labelledby="calls-title" {
                        h2 #calls-title { "Calls to MediaLive" }
                        (table("calls", &["Time", "Operation", "Resource", "By", "Status"]))
                    }
                }
            }
        }
    }
}

/// It scrolls by itself, so it can be focused.
fn table(list: &str, columns: &[&str]) -> Markup {
    let title = format!("{list}-title");
    html! {
        div.scrolls tabindex="0" role="group" aria-labelledby=(title) {
            table aria-labelledby=(title) {
                thead { tr { @for column in columns { th scope="col" { (column) } } } }
                tbody id=(list) {}
            }
        }
    }
}
