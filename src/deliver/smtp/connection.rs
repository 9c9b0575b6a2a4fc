use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::reply::{Garbled, Reply};

/// How long to wait for what (RFC 5321, 4.5.3.2).
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    /// For a connection, the greeting, a handshake and each command.
    pub(super) command: Duration,
    /// For the reply to DATA.
    pub(super) data: Duration,
    /// For each block of a message to be taken.
    pub(super) block: Duration,
    /// For the reply after the message. Giving up earlier would often mean that it was delivered.
    pub(super) end: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            command: Duration::from_mins(5),
            data: Duration::from_mins(2),
            block: Duration::from_mins(3),
            end: Duration::from_mins(10),
        }
    }
}

/// Why a line to a server failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineFault {
    /// The other side closed it.
    #[error("the server closed the connection")]
    Closed,
    /// Nothing came in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// What came is not a reply.
    #[error("the server's answer cannot be read")]
    Garbled,
    /// Something else.
    #[error("the connection failed: {0}")]
    Io(io::Error),
}

/// Why a handshake failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum HandshakeFault {
    /// The two sides cannot agree, or the server is not the one that it should be.
    #[error("TLS: {0}")]
    Untrusted(rustls::Error),
    /// The line failed.
    #[error(transparent)]
    Line(#[from] LineFault),
}

/// A line to a server, in the clear or encrypted.
#[derive(Debug)]
pub(super) struct Connection {
    stream: Stream,
    /// What has been received and not been read as a reply.
    unread: Vec<u8>,
}

#[derive(Debug)]
enum Stream {
    Plain(Socket),
    Tls(Box<StreamOwned<ClientConnection, Socket>>),
    /// Between the two.
    None,
}

/// A socket of which no read and no write is broken off by a signal, nor lasts longer than until a moment.
#[derive(Debug)]
struct Socket {
    stream: TcpStream,
    until: Instant,
}

impl Socket {
    /// Does `act` until it is not interrupted any more, as long as there is time.
    fn patiently<T>(
        &mut self,
        mut act: impl FnMut(&mut TcpStream, Duration) -> io::Result<T>,
    ) -> io::Result<T> {
        loop {
            let left = self.until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            match act(&mut self.stream, left) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                end => return end,
            }
        }
    }
}

impl Read for Socket {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        self.patiently(|stream, left| {
            stream.set_read_timeout(Some(left))?;
            stream.read(block)
        })
    }
}

impl Write for Socket {
    fn write(&mut self, block: &[u8]) -> io::Result<usize> {
        self.patiently(|stream, left| {
            stream.set_write_timeout(Some(left))?;
            stream.write(block)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// The longest line and the longest reply that a server may send, in bytes.
const LONGEST_LINE: usize = 4_096;
const LONGEST_REPLY: usize = 65_536;

impl Connection {
    /// Connects to the first address of `server` that answers.
    pub(super) fn open(server: (&str, u16), timeout: Duration) -> Result<Self, LineFault> {
        let addresses: Vec<SocketAddr> = server.to_socket_addrs().map_err(LineFault::from)?.collect();
        let mut fault = LineFault::Io(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
        for address in addresses {
            match TcpStream::connect_timeout(&address, timeout) {
                Ok(stream) => {
                    stream.set_nodelay(true).map_err(LineFault::from)?;
                    let socket = Socket { stream, until: Instant::now() + timeout };
                    return Ok(Self { stream: Stream::Plain(socket), unread: Vec::new() });
                }
                Err(error) => fault = error.into(),
            }
        }
        Err(fault)
    }

    /// Returns this end's address in the form of a greeting.
    pub(super) fn address_literal(&self) -> String {
        match self.socket().map(|socket| socket.stream.local_addr()) {
            Some(Ok(SocketAddr::V4(address))) => format!("[{}]", address.ip()),
            Some(Ok(SocketAddr::V6(address))) => format!("[IPv6:{}]", address.ip()),
            _ => "[127.0.0.1]".to_owned(),
        }
    }

    /// Returns whether what is written now can be read by others.
    pub(super) fn is_encrypted(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }

    /// Returns whether the server has sent more than it was asked for. Before TLS that is somebody else's voice.
    pub(super) fn has_unread(&self) -> bool {
        !self.unread.is_empty()
    }

    /// Encrypts the line, and checks that the server is `name`.
    pub(super) fn encrypt(
        &mut self,
        config: &Arc<ClientConfig>,
        name: ServerName<'static>,
        timeout: Duration,
    ) -> Result<(), HandshakeFault> {
        let Stream::Plain(mut socket) = std::mem::replace(&mut self.stream, Stream::None) else {
            return Err(LineFault::Closed.into());
        };
        let mut session =
            ClientConnection::new(Arc::clone(config), name).map_err(HandshakeFault::Untrusted)?;
        socket.until = Instant::now() + timeout;
        while session.is_handshaking() {
            session.complete_io(&mut socket).map_err(handshake_fault)?;
        }
        self.stream = Stream::Tls(Box::new(StreamOwned::new(session, socket)));
        Ok(())
    }

    /// Writes one line and reads the reply to it.
    pub(super) fn command(&mut self, line: &str, timeout: Duration) -> Result<Reply, LineFault> {
        self.write(format!("{line}\r\n").as_bytes(), timeout)?;
        self.reply(timeout)
    }

    /// Writes `bytes`, each block of them within `timeout`.
    pub(super) fn write(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), LineFault> {
        for block in bytes.chunks(32_768) {
            self.until(Instant::now() + timeout);
            self.stream.write_all(block).map_err(LineFault::from)?;
        }
        self.stream.flush().map_err(LineFault::from)
    }

    /// Reads one reply, all of it within `timeout`, however slowly its bytes come.
    pub(super) fn reply(&mut self, timeout: Duration) -> Result<Reply, LineFault> {
        let deadline = Instant::now() + timeout;
        let mut reply = None;
        let mut taken = 0;
        loop {
            let line = self.line(deadline)?;
            taken += line.len();
            if taken > LONGEST_REPLY {
                return Err(LineFault::Garbled);
            }
            let last = Reply::take(&mut reply, &line).map_err(|Garbled| LineFault::Garbled)?;
            if let Some(whole) = reply.take_if(|_| last) {
                return Ok(whole);
            }
        }
    }

    /// Reads one line, without its end.
    fn line(&mut self, deadline: Instant) -> Result<Vec<u8>, LineFault> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.unread.drain(..=end).collect();
                line.pop();
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(line);
            }
            if self.unread.len() > LONGEST_LINE {
                return Err(LineFault::Garbled);
            }
            self.until(deadline);
            let mut block = [0; 4_096];
            let count = self.stream.read(&mut block).map_err(LineFault::from)?;
            let received = block.get(..count).unwrap_or_default();
            if received.is_empty() {
                return Err(LineFault::Closed);
            }
            self.unread.extend_from_slice(received);
        }
    }

    /// Sets the moment until which what follows may last.
    fn until(&mut self, deadline: Instant) {
        match &mut self.stream {
            Stream::Plain(socket) => socket.until = deadline,
            Stream::Tls(stream) => stream.sock.until = deadline,
            Stream::None => {}
        }
    }

    fn socket(&self) -> Option<&Socket> {
        match &self.stream {
            Stream::Plain(socket) => Some(socket),
            Stream::Tls(stream) => Some(&stream.sock),
            Stream::None => None,
        }
    }
}

/// Finds a handshake's error, which hides in the line's.
fn handshake_fault(error: io::Error) -> HandshakeFault {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match tls {
        Some(tls) => HandshakeFault::Untrusted(tls.clone()),
        None => HandshakeFault::Line(error.into()),
    }
}

impl From<io::Error> for LineFault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // What Linux says of a read that took too long.
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Self::TimedOut,
            io::ErrorKind::UnexpectedEof => Self::Closed,
            _ => Self::Io(error),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(block),
            Self::Tls(stream) => stream.read(block),
            Self::None => Ok(0),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, block: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(block),
            Self::Tls(stream) => stream.write(block),
            Self::None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
            Self::None => Ok(()),
        }
    }
}
