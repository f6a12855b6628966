//! What a phone counts by itself.

use sync_core::replica::TicketClocks;

use super::Phone;

impl Phone {
    /// The clocks of its tickets, with or without a network.
    pub fn clocks(&self) -> Vec<TicketClocks> {
        self.replica.clocks(self.now())
    }
}
