//! What the page shows.

use jiff::Timestamp;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Where all this is, such as "on this machine"; empty while nothing is known yet.
    pub place: String,
    /// What else is to be said of all this.
    pub remark: String,
    /// The channels that exist.
    pub channels: Vec<Channel>,
    /// The newest events, oldest first.
    pub events: Vec<Event>,
    /// The stack's newest events, oldest first.
    pub stack_events: Vec<StackEvent>,
    /// The newest calls to MediaLive, oldest first.
    pub calls: Vec<Call>,
}

/// A channel.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    /// MediaLive's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// MediaLive's word for its state.
    pub state: String,
    /// Its states so far, each with its beginning.
    pub history: Vec<(Timestamp, String)>,
    /// One or two.
    pub pipelines: Vec<Pipeline>,
    /// The alerts that are set.
    pub alerts: Vec<Alert>,
    /// Since when it runs.
    pub running_since: Option<Timestamp>,
    /// When it will be stopped.
    pub stops_at: Option<Timestamp>,
    /// What it costs, in words.
    pub cost: String,
}

/// One of a channel's pipelines.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Where its MP4 is.
    pub source: String,
    /// Where its stream goes: an `rtp://` or `udp://` URL.
    pub destination: String,
    /// What can be seen of it.
    pub picture: Picture,
    /// Bits per second that it sends, if that is known.
    pub bitrate: Option<u64>,
    /// How often it has played its file to the end, if that is known.
    pub passes: Option<u64>,
}

/// What can be seen of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picture {
    /// The stream itself.
    Stream,
    /// Single pictures, with a remark that says what they are.
    Stills(String),
    /// Nothing, for this reason. The page does not ask for pictures.
    Off(String),
}

/// An alert that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// MediaLive's name for it.
    pub kind: String,
    /// `0` or `1`.
    pub pipeline: String,
    /// MediaLive's text.
    pub message: String,
}

/// An event on EventBridge.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its number in the order of time.
    pub number: usize,
    /// When it happened.
    pub time: Timestamp,
    /// What it says in one word, such as RUNNING.
    pub name: String,
    /// The channel's id.
    pub channel: String,
    /// The rest, in words.
    pub message: String,
    /// Whether a person sent it from the page.
    pub sent_again: bool,
    /// The functions that got it.
    pub deliveries: Vec<Delivery>,
}

/// An event's way to a function, and what that did.
#[derive(Clone, Debug, Default)]
pub struct Delivery {
    /// The rule that matched.
    pub rule: String,
    /// The function's name.
    pub function: String,
    /// What the function decided, in its order.
    pub decisions: Vec<Decision>,
    /// Its calls to MediaLive.
    pub calls: Vec<Call>,
}

/// A decision of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What it saw and did.
    pub what: String,
    /// Why.
    pub why: String,
}

/// An event of a stack.
#[derive(Clone, Debug)]
pub struct StackEvent {
    /// What tells it from the others.
    pub key: String,
    /// When it happened.
    pub time: Timestamp,
    /// The resource's logical id.
    pub resource: String,
    /// CloudFormation's word for its status.
    pub status: String,
    /// The reason, or the physical id.
    pub detail: String,
}

/// A call to MediaLive.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its number in the order of time.
    pub number: usize,
    /// When it arrived.
    pub time: Timestamp,
    /// The operation's name.
    pub operation: String,
    /// The id of its channel or input.
    pub resource: String,
    /// Who made it.
    pub caller: String,
    /// The answer's HTTP status.
    pub status: u16,
}
