//! The platform's side of the front channel: a login initiation goes out, an authentication request comes back.
//!
//! For programs that open LTI tools: an LMS, or a gateway that passes launches on. The platform
//!
//! 1. sends the browser to the tool with a [`LoginInitiationRequest`];
//! 2. reads what the tool sends back with [`AuthenticationRequest::parse`], finds the tool by the client ID, and validates the request
//!    against its registration;
//! 3. posts a [signed id_token](ValidatedRequest::respond) or an [error](ValidatedRequest::refuse) to the tool.
//!
//! Signing the id_token, and who the `login_hint` stands for, are the platform's own.
//!
//! ```
//! use lti13::platform::{AuthenticationError, AuthenticationRequest, AuthenticationResponse, ErrorCode, RegisteredTool};
//! use url::form_urlencoded::parse;
//!
//! /// The response that the browser posts to the tool; an error without one is a page of the platform's own.
//! fn authorize(query: &str, tools: &[RegisteredTool]) -> Result<AuthenticationResponse, AuthenticationError> {
//!     let request = AuthenticationRequest::parse(parse(query.as_bytes()))?;
//!     let tool = tools.iter().find(|tool| tool.client_id == request.client_id());
//!     let request = request.validate(tool)?;
//!     if request.login_hint != "user-7" {
//!         // In earnest: is this the person who is signed in, and the launch that was started for this tool?
//!         return Ok(request.refuse(ErrorCode::LoginRequired));
//!     }
//!     Ok(request.respond("eyJ0eXAi…"))
//! }
//!
//! let tool = RegisteredTool { client_id: "c1".to_owned(), redirect_uris: vec!["https://tool.example/launch".to_owned()] };
//! let query = "scope=openid&response_type=id_token&response_mode=form_post&prompt=none&client_id=c1\
//!     &redirect_uri=https://tool.example/launch&login_hint=user-7&nonce=n&state=s";
//! let answer = authorize(query, &[tool.clone()])?;
//! assert_eq!(answer.redirect_uri(), "https://tool.example/launch");
//! assert_eq!(answer.parameters(), [("state", "s".to_owned()), ("id_token", "eyJ0eXAi…".to_owned())]);
//!
//! let error = authorize(&query.replace("nonce", "once"), &[tool.clone()]).unwrap_err();
//! assert_eq!((error.code().as_str(), error.response().is_some()), ("invalid_request", true));
//! let error = authorize(&query.replace("/launch", "/elsewhere"), &[tool]).unwrap_err();
//! assert!(error.response().is_none(), "nothing is sent to an address that is not registered");
//! # Ok::<(), AuthenticationError>(())
//! ```

mod authentication;
mod error;
mod login_initiation;
mod response;

pub use authentication::{AuthenticationRequest, RegisteredTool, ValidatedRequest};
pub use error::{AuthenticationError, AuthenticationErrorReason, ErrorCode};
pub use login_initiation::LoginInitiationRequest;
pub use response::AuthenticationResponse;
