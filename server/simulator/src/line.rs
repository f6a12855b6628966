//! A phone's line to the hub: HTTP requests that may end at any byte.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sync_core::protocol::Frames;
use sync_core::replica::Session;
use sync_core::{Id, MediaHash, Role};

/// How long a phone waits for an answer before it gives up.
const PATIENCE: Duration = Duration::from_secs(30);
/// What the phones say they run.
const APP: &str = concat!("simulate ", env!("CARGO_PKG_VERSION"));

/// The line of one phone.
#[derive(Clone, Debug)]
pub struct Line {
    http: reqwest::Client,
    hub: String,
    tokens: Option<Tokens>,
}

/// What the phone keeps to stay signed in.
#[derive(Clone, Debug, Deserialize)]
struct Tokens {
    access: String,
    refresh: String,
}

/// Why there is no answer to use.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The connection ended, or there was none. Try again.
    #[error("no answer")]
    Cut(#[source] reqwest::Error),
    /// The answer is no sync stream.
    #[error("an answer cannot be read")]
    Garbled,
    /// The hub says no.
    #[error("the hub answered {status} {code}")]
    Refused {
        /// The status.
        status: StatusCode,
        /// The stable code.
        code: String,
    },
}

impl LineError {
    /// Whether the same request may be answered the next time: nothing came back, or the hub is busy.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Cut(_) => true,
            Self::Garbled => false,
            Self::Refused { status, code } => {
                status.is_server_error()
                    || *status == StatusCode::TOO_MANY_REQUESTS
                    // A part of a photo that was cut on its way.
                    || code == "upload_cut"
                    || *status == StatusCode::REQUEST_TIMEOUT
            }
        }
    }
}

impl LineError {
    /// Whether new tokens would help. An answer to `HEAD` has no body that could say so.
    pub fn is_old_token(&self) -> bool {
        let is_bare = matches!(self, Self::Refused { status, code }
            if *status == StatusCode::UNAUTHORIZED && code.is_empty());
        is_bare || self.has_code("token_expired")
    }

    /// Whether the hub refused with this code.
    pub fn has_code(&self, wanted: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == wanted)
    }
}

impl From<reqwest::Error> for LineError {
    fn from(error: reqwest::Error) -> Self {
        Self::Cut(error)
    }
}

/// What a phone shows of itself when it is let in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown<'a> {
    /// The public half of its key, in hexadecimal.
    pub key: Option<&'a str>,
    /// The device that it was.
    pub device: Option<Id>,
}

/// Where the hub is with a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Bytes it has.
    pub offset: u64,
    /// Stored for good.
    pub complete: bool,
}

/// The frames of one answer, as they come.
#[derive(Debug)]
pub struct Stream {
    response: Response,
    frames: Frames,
}

impl Line {
    /// A line to `hub`, as `http://HOST:PORT`.
    ///
    /// # Errors
    /// If the HTTP client cannot be built.
    pub fn to(hub: &str) -> Result<Self, LineError> {
        // One request at a time, as on a phone; a proxy of this machine has no part in it.
        let http = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(1)
            .connect_timeout(PATIENCE)
            .build()?;
        Ok(Self {
            http,
            hub: hub.trim_end_matches('/').to_owned(),
            tokens: None,
        })
    }

    /// The same phone on a connection of its own.
    ///
    /// # Errors
    /// If the HTTP client cannot be built.
    pub fn on_its_own(&self) -> Result<Self, LineError> {
        Ok(Self {
            tokens: self.tokens.clone(),
            ..Self::to(&self.hub)?
        })
    }

    /// Speaks to another address from now on, signed in as before.
    #[must_use]
    pub fn moved_to(&self, hub: &str) -> Self {
        Self {
            hub: hub.trim_end_matches('/').to_owned(),
            ..self.clone()
        }
    }

    /// Has the phone let in.
    ///
    /// # Errors
    /// If there is no answer, or a refusal.
    pub async fn enrol(&mut self, code: &str, password: &str) -> Result<Session, LineError> {
        self.enrol_with(code, password, Shown::default()).await
    }

    /// The same for a phone that shows what it was and what it signs with.
    ///
    /// # Errors
    /// If there is no answer, or a refusal.
    pub async fn enrol_with(
        &mut self,
        code: &str,
        password: &str,
        shown: Shown<'_>,
    ) -> Result<Session, LineError> {
        #[derive(Deserialize)]
        struct Answer {
            device: Id,
            user: User,
            #[serde(flatten)]
            tokens: Tokens,
        }
        #[derive(Deserialize)]
        struct User {
            id: Id,
            name: String,
            role: Role,
            tenant: Place,
        }
        #[derive(Deserialize)]
        struct Place {
            id: Id,
        }
        let body = serde_json::json!({
            "code": code, "password": password, "device_name": "模拟手机", "app_version": APP,
            "key": shown.key, "device": shown.device,
        });
        let request = self.request(Method::POST, "/v1/enrol").json(&body);
        let answer: Answer = json(checked(request).await?).await?;
        self.tokens = Some(answer.tokens);
        Ok(Session {
            device: answer.device,
            person: answer.user.id,
            name: answer.user.name,
            role: answer.user.role,
            tenant: answer.user.tenant.id,
        })
    }

    /// Fetches new tokens; the old ones stay good until the new ones are used.
    ///
    /// # Errors
    /// If there is no answer, or a refusal.
    pub async fn renew(&mut self) -> Result<(), LineError> {
        let refresh = self.tokens.as_ref().map(|tokens| tokens.refresh.as_str());
        let body = serde_json::json!({ "refresh": refresh.unwrap_or_default() });
        let request = self.request(Method::POST, "/v1/token").json(&body);
        self.tokens = Some(json(checked(request).await?).await?);
        Ok(())
    }

    /// Sends a sync request.
    ///
    /// # Errors
    /// If there is no answer, or a refusal.
    pub async fn sync(&self, body: Vec<u8>) -> Result<Stream, LineError> {
        let request = self
            .request(Method::POST, "/v1/sync")
            .header(header::CONTENT_TYPE, "application/cbor")
            .body(body);
        Ok(Stream {
            response: checked(request).await?,
            frames: Frames::default(),
        })
    }

    /// Listens to what comes, behind a cursor.
    ///
    /// # Errors
    /// If there is no answer, or a refusal.
    pub async fn live(&self, cursor: &[u8]) -> Result<Stream, LineError> {
        let path = format!("/v1/live?cursor={}", sync_core::hex::encode(cursor));
        let request = self.authorised(
            self.http
                .request(Method::GET, format!("{}{path}", self.hub)),
        );
        Ok(Stream {
            response: checked(request).await?,
            frames: Frames::default(),
        })
    }

    /// Asks where the hub is with a photo.
    ///
    /// # Errors
    /// If there is no answer, or a refusal.
    pub async fn photo_state(&self, photo: MediaHash) -> Result<Upload, LineError> {
        let request = self.request(Method::HEAD, &format!("/v1/media/{photo}"));
        match checked(request).await {
            Ok(response) => Ok(upload_of(&response)),
            Err(LineError::Refused { status, .. }) if status == StatusCode::NOT_FOUND => {
                Ok(Upload {
                    offset: 0,
                    complete: false,
                })
            }
            Err(error) => Err(error),
        }
    }

    /// Sends the rest of a photo from `offset` on; answers where the hub is then.
    ///
    /// # Errors
    /// If there is no answer, or a refusal other than of the offset.
    pub async fn send_photo(
        &self,
        photo: MediaHash,
        offset: u64,
        file: &[u8],
    ) -> Result<Upload, LineError> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| file.get(offset..));
        let request = self
            .request(Method::PATCH, &format!("/v1/media/{photo}"))
            .header(header::CONTENT_TYPE, "application/partial-upload")
            .header("Upload-Offset", offset)
            .header("Upload-Length", file.len())
            .header("Upload-Complete", "?1")
            .body(rest.unwrap_or_default().to_vec());
        let response = request.send().await?;
        if response.status() == StatusCode::CONFLICT {
            return Ok(upload_of(&response));
        }
        refusal(response).await.map(|response| upload_of(&response))
    }

    /// Fetches the original of a photo.
    ///
    /// # Errors
    /// If there is no answer, or a refusal.
    pub async fn photo(&self, photo: MediaHash) -> Result<Vec<u8>, LineError> {
        let request = self.request(Method::GET, &format!("/v1/media/{photo}?size=original"));
        Ok(checked(request).await?.bytes().await?.to_vec())
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.hub));
        self.authorised(request.timeout(PATIENCE))
    }

    fn authorised(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.tokens {
            Some(tokens) => request.bearer_auth(&tokens.access),
            None => request,
        }
    }
}

impl Stream {
    /// The next frame without its length; `None` at the end of the answer.
    ///
    /// # Errors
    /// If the connection ends in the middle.
    pub async fn next_frame(&mut self) -> Result<Option<Vec<u8>>, LineError> {
        loop {
            let frame = self.frames.next_frame().map_err(|_| LineError::Garbled)?;
            if frame.is_some() {
                return Ok(frame);
            }
            match self.response.chunk().await? {
                Some(bytes) => self.frames.push(&bytes),
                None => return Ok(None),
            }
        }
    }
}

async fn checked(request: RequestBuilder) -> Result<Response, LineError> {
    refusal(request.send().await?).await
}

async fn refusal(response: Response) -> Result<Response, LineError> {
    #[derive(Deserialize)]
    struct Problem {
        code: String,
    }
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let problem: Result<Problem, _> = json(response).await;
    let code = problem.map_or_else(|_| String::new(), |problem| problem.code);
    Err(LineError::Refused { status, code })
}

async fn json<T: DeserializeOwned>(response: Response) -> Result<T, LineError> {
    let bytes = response.bytes().await?;
    serde_json::from_slice(&bytes).map_err(|_| LineError::Garbled)
}

fn upload_of(response: &Response) -> Upload {
    let text = |name: &str| response.headers().get(name)?.to_str().ok();
    Upload {
        offset: text("upload-offset")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0),
        complete: text("upload-complete") == Some("?1"),
    }
}
