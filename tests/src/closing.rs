//! A desk that is just closing, as the next one meets it: its name is on the bus, and a call to it ends without an answer.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, MessageIterator};
use zbus::fdo::RequestNameFlags;
use zbus::message::Type;

use crate::session::Session;
use crate::trouble::{Outcome, Trouble};

/// The name by which one desk finds another on the session bus.
const NAME: &str = "app.cardesk.desk.SingleInstance";

/// Desks that close one after the other, each as soon as it is called.
#[derive(Debug)]
pub struct Closing {
    desks: Vec<JoinHandle<zbus::Result<()>>>,
}

impl Closing {
    /// Has so many desks close in this session. The first has the name; the bus gives it to the next when one has gone.
    ///
    /// # Errors
    /// If the bus can't be reached.
    pub fn desks(session: &Session, number: usize) -> Outcome<Self> {
        let mut desks = Vec::new();
        for _ in 0..number {
            let address = session.bus_address();
            let (ready, is_ready) = mpsc::channel();
            // The library's blocking calls may not be made on a thread of an asynchronous runtime.
            desks.push(thread::spawn(move || {
                let (connection, calls) = take_name(&address)?;
                let _ = ready.send(());
                close_when_called(connection, calls)
            }));
            is_ready.recv().map_err(|_| Trouble::new("the session bus did not give the desk's name"))?;
        }
        Ok(Self { desks })
    }

    /// Waits until all have closed, which they do when they were called.
    ///
    /// # Errors
    /// If one met trouble on the bus.
    pub fn all_were_called(self) -> Outcome<()> {
        for desk in self.desks {
            desk.join().map_err(|_| Trouble::new("a closing desk broke"))?.map_err(Trouble::of("the session bus"))?;
        }
        Ok(())
    }
}

fn take_name(address: &str) -> zbus::Result<(Connection, MessageIterator)> {
    let connection = Builder::address(address)?.build()?;
    let calls = MessageIterator::from(&connection);
    // Without the flag that forbids it, whoever comes second waits in the bus's own queue.
    connection.request_name_with_flags(NAME, RequestNameFlags::AllowReplacement.into())?;
    Ok((connection, calls))
}

fn close_when_called(connection: Connection, calls: MessageIterator) -> zbus::Result<()> {
    for message in calls {
        let message = message?;
        if message.message_type() == Type::MethodCall {
            return connection.close();
        }
    }
    Ok(())
}
