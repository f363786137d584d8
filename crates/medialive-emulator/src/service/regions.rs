//! Which region of which account a request is for, and the service there.
//!
//! The credential scope of Signature Version 4 names the region. The access key id names the
//! account if it has twelve digits, as with LocalStack and ministack. A request without them is for
//! the configured region and account. Signatures are not checked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, header};

use crate::config::Config;
use crate::service::engine::Engine;
use crate::service::{Service, Shared};

/// The services of one emulator. Each begins with the first request for it.
#[derive(Debug)]
pub(crate) struct Regions {
    config: Config,
    pub(crate) shared: Arc<Shared>,
    services: Mutex<BTreeMap<Place, Arc<Service>>>,
}

/// An account and a region.
type Place = (String, String);

/// The credential of a signed request.
#[derive(Debug, PartialEq, Eq)]
struct Credential<'a> {
    key_id: &'a str,
    region: Option<&'a str>,
}

impl Regions {
    pub(crate) fn new(config: Config, engine: Option<Arc<dyn Engine>>) -> Self {
        let shared = Arc::new(Shared::new(&config, engine));
        Self { config, shared, services: Mutex::default() }
    }

    /// The service that a request is for.
    pub(crate) fn of(&self, headers: &HeaderMap) -> Arc<Service> {
        let credential = Credential::read(headers);
        let account = credential.as_ref().and_then(Credential::account);
        let account = account.unwrap_or(&self.config.account);
        let region = credential.as_ref().and_then(|it| it.region);
        let region = region.unwrap_or(&self.config.region);
        let place = (account.to_owned(), region.to_owned());
        let begin = || {
            let (region, account) = (region.to_owned(), account.to_owned());
            let config = Config { region, account, ..self.config.clone() };
            Arc::new(Service::new(config, Arc::clone(&self.shared)))
        };
        Arc::clone(self.services().entry(place).or_insert_with(begin))
    }

    /// The services so far, by account and region.
    pub(crate) fn all(&self) -> Vec<Arc<Service>> {
        self.services().values().map(Arc::clone).collect()
    }

    fn services(&self) -> MutexGuard<'_, BTreeMap<Place, Arc<Service>>> {
        self.services.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Credential<'a> {
    /// `KEY-ID/DATE/REGION/SERVICE/aws4_request`, from an `Authorization` header.
    fn read(headers: &'a HeaderMap) -> Option<Self> {
        let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let parameters = authorization.strip_prefix("AWS4-HMAC-SHA256 ")?;
        let mut parameters = parameters.split(',').map(str::trim);
        let credential = parameters.find_map(|it| it.strip_prefix("Credential="))?;
        let mut parts = credential.split('/');
        let key_id = parts.next()?;
        let region = parts.nth(1).filter(|it| !it.is_empty());
        Some(Self { key_id, region })
    }

    fn account(&self) -> Option<&'a str> {
        let digits = self.key_id.len() == 12 && self.key_id.bytes().all(|it| it.is_ascii_digit());
        digits.then_some(self.key_id)
    }
}

/// The access key id in a Signature Version 4 `Authorization` header.
#[must_use]
pub fn caller(headers: &HeaderMap) -> Option<String> {
    Credential::read(headers).map(|it| it.key_id.to_owned())
}
