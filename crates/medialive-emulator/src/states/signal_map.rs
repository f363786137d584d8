//! The states of a signal map: of the map itself, and of the monitor that can be deployed for it.
//!
//! That only one thing happens to a map at a time is the emulator's choice.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Conflict, look_up};

/// Both states at once. Shown as the map's; the monitor's has a place of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SignalMapState {
    pub(crate) map: MapStatus,
    pub(crate) monitor: MonitorStatus,
}

/// The status of the map, under its name in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum MapStatus {
    CreateInProgress,
    CreateComplete,
    UpdateInProgress,
    UpdateComplete,
}

/// The status of its monitor, under its name in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum MonitorStatus {
    NotDeployed,
    DryRunDeploymentInProgress,
    DryRunDeploymentComplete,
    DeploymentInProgress,
    DeploymentComplete,
    DeleteInProgress,
    DeleteComplete,
}

/// What can happen to a signal map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignalMapTrigger {
    Created,
    Update,
    Updated,
    Deploy,
    DeployDry,
    Undeploy,
    /// What happens to the monitor is over.
    Deployed,
}

const MAP: [(MapStatus, SignalMapTrigger, MapStatus); 4] = [
    (MapStatus::CreateInProgress, SignalMapTrigger::Created, MapStatus::CreateComplete),
    (MapStatus::CreateComplete, SignalMapTrigger::Update, MapStatus::UpdateInProgress),
    (MapStatus::UpdateComplete, SignalMapTrigger::Update, MapStatus::UpdateInProgress),
    (MapStatus::UpdateInProgress, SignalMapTrigger::Updated, MapStatus::UpdateComplete),
];

impl SignalMapState {
    /// A map that is being made.
    pub(crate) const NEW: Self =
        Self { map: MapStatus::CreateInProgress, monitor: MonitorStatus::NotDeployed };

    /// The state this one turns into.
    pub(crate) fn after(self, trigger: SignalMapTrigger) -> Result<Self, Conflict> {
        let map = |status| Self { map: status, ..self };
        let monitor = |status| Self { monitor: status, ..self };
        let free = if self.is_busy() { Err(Conflict) } else { Ok(()) };
        match trigger {
            SignalMapTrigger::Created | SignalMapTrigger::Updated => {
                look_up(&MAP, self.map, trigger).map(map)
            }
            SignalMapTrigger::Update => free.and(look_up(&MAP, self.map, trigger).map(map)),
            SignalMapTrigger::Deploy => free.map(|()| monitor(MonitorStatus::DeploymentInProgress)),
            SignalMapTrigger::DeployDry => {
                free.map(|()| monitor(MonitorStatus::DryRunDeploymentInProgress))
            }
            SignalMapTrigger::Undeploy => free.map(|()| monitor(MonitorStatus::DeleteInProgress)),
            SignalMapTrigger::Deployed => self.monitor.done().map(monitor),
        }
    }

    /// Whether something happens to it now.
    pub(crate) fn is_busy(self) -> bool {
        let map = matches!(self.map, MapStatus::CreateInProgress | MapStatus::UpdateInProgress);
        map || self.monitor.done().is_ok()
    }
}

impl MonitorStatus {
    /// What comes of what happens to it.
    fn done(self) -> Result<Self, Conflict> {
        match self {
            Self::DryRunDeploymentInProgress => Ok(Self::DryRunDeploymentComplete),
            Self::DeploymentInProgress => Ok(Self::DeploymentComplete),
            Self::DeleteInProgress => Ok(Self::DeleteComplete),
            Self::NotDeployed
            | Self::DryRunDeploymentComplete
            | Self::DeploymentComplete
            | Self::DeleteComplete => Err(Conflict),
        }
    }
}

impl Serialize for SignalMapState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.map.serialize(serializer)
    }
}

impl fmt::Display for SignalMapState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}/{:?}", self.map, self.monitor)
    }
}
