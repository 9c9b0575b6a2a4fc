use crate::deliver::{Attempt, Envelope, Scope, Transport};
use crate::job::Stop;

/// A transport that sends no further message once the run is to break off, and is not broken off while
/// the other side takes one: its delivery would be uncertain.
#[derive(Debug)]
pub(super) struct Stoppable {
    transport: Box<dyn Transport>,
    stop: Stop,
}

impl Stoppable {
    pub(super) fn new(transport: Box<dyn Transport>, stop: Stop) -> Self {
        Self { transport, stop }
    }
}

impl Transport for Stoppable {
    fn name(&self) -> &'static str {
        self.transport.name()
    }

    fn is_outbound(&self) -> bool {
        self.transport.is_outbound()
    }

    fn send(&mut self, envelope: &Envelope, message: &[u8]) -> Attempt {
        let _unbroken = self.stop.unbroken();
        if self.stop.is_now() {
            let words = "a signal stopped the run: nothing was sent".to_owned();
            return Attempt::Deferred { later: Scope::Server, words };
        }
        self.transport.send(envelope, message)
    }

    fn reach(&mut self) -> Result<String, Attempt> {
        self.transport.reach()
    }

    fn recall(&mut self, envelope: &Envelope, message: &[u8]) -> Option<Attempt> {
        self.transport.recall(envelope, message)
    }
}
