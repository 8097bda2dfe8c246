//! A loopback server that answers byte by byte as a test says: every way a service can fail.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// One thing the server does with a connection; after the last one it closes it.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Sends bytes.
    Send(Vec<u8>),
    /// Does nothing for a while.
    Wait(Duration),
    /// Ends the connection with a reset.
    Reset,
}

/// What the server does with one connection.
pub(crate) type Script = Vec<Act>;

/// A server that plays one script a connection, and the last one for all further connections.
pub(crate) struct RawServer {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl RawServer {
    /// Starts it on a free port.
    pub(crate) async fn start(scripts: Vec<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn(serve(listener, scripts, Arc::clone(&requests)));
        Self { port, requests, task }
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What to set as `base_url`.
    pub(crate) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    /// The requests so far, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The JSON bodies of the requests so far.
    pub(crate) fn bodies(&self) -> Vec<serde_json::Value> {
        let body_of = |request: &String| request.split_once("\r\n\r\n").unwrap().1.to_owned();
        self.requests().iter().map(|request| serde_json::from_str(&body_of(request)).unwrap()).collect()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, scripts: Vec<Script>, requests: Arc<Mutex<Vec<String>>>) {
    for count in 0.. {
        let Ok((stream, _)) = listener.accept().await else { return };
        let script = scripts.get(count).or(scripts.last()).cloned().unwrap_or_default();
        tokio::spawn(play(stream, script, Arc::clone(&requests)));
    }
}

async fn play(mut stream: TcpStream, script: Script, requests: Arc<Mutex<Vec<String>>>) {
    let Some(request) = read_request(&mut stream).await else { return };
    requests.lock().unwrap().push(request);
    for act in script {
        match act {
            Act::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
                let _ = stream.flush().await;
            }
            Act::Wait(time) => tokio::time::sleep(time).await,
            Act::Reset => {
                let _ = stream.set_zero_linger();
                return;
            }
        }
    }
    let _ = stream.shutdown().await;
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= content_length(head)
        {
            return Some(text.into_owned());
        }
        let mut piece = [0; 16 << 10];
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&piece[..count]),
        }
    }
}

fn content_length(head: &str) -> usize {
    let line = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned));
    line.map_or(0, |length| length.trim().parse().unwrap())
}

/// A whole answer with a status line such as `200 OK`.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &str) -> Script {
    let mut head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    vec![Act::Send(format!("{head}\r\n{body}").into_bytes())]
}

/// A JSON answer.
pub(crate) fn json(status: &str, body: &str) -> Script {
    answer(status, &[("content-type", "application/json")], body)
}

/// The beginning of a stream of events that ends with the connection.
pub(crate) fn events(body: &str) -> Script {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    vec![Act::Send(format!("{head}{body}").into_bytes())]
}

/// The beginning of a stream of events whose end the connection marks: cutting it shows.
pub(crate) fn chunked_events(body: &str) -> Script {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    vec![Act::Send(format!("{head}{:x}\r\n{body}\r\n", body.len()).into_bytes())]
}
