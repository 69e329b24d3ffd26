//! Where launches lead in an app: an LMS keeps an address of the gateway, with the app's own address in it.

use domain::App;
use lti13::services::target::{Schemes, TargetError, TargetWrapper, validate_target};
use url::Url;

use crate::config::Config;

/// Why a launch leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MisleadingTarget {
    /// It leads to the app with this id.
    OtherApp(String),
    /// The app has no such address.
    Unusable,
}

/// The schemes that addresses of apps may have.
pub fn schemes(config: &Config) -> Schemes {
    if config.dev { Schemes::HttpToo } else { Schemes::Https }
}

fn wrapper(config: &Config) -> Option<TargetWrapper> {
    TargetWrapper::new(&config.public_url("/lti/open/"))
}

/// The address that an LMS keeps of one of the app. Nothing of a tenant or a registration is in it, so it survives the copy of a course.
///
/// # Errors
///
/// The rule that the address breaks.
pub fn wrap(config: &Config, app: &App, address: &str) -> Result<String, TargetError> {
    validate_target(address, &app.hosts, schemes(config))?;
    wrapper(config).ok_or(TargetError::Malformed)?.wrap(&app.id, address)
}

/// The address of the app that a launch leads to: `default` unless the LMS names one of the app, by an address of the gateway or as it is.
///
/// # Errors
///
/// [`MisleadingTarget`].
pub fn resolve(config: &Config, app: &App, default: &Url, target: Option<&str>) -> Result<String, MisleadingTarget> {
    let is_of_app = |target: &str| validate_target(target, &app.hosts, schemes(config)).is_ok();
    let default = || Ok(default.as_str().to_owned());
    let Some(target) = target else { return default() };
    if let Some(wrapped) = wrapper(config).and_then(|wrapper| wrapper.unwrap(target)) {
        if wrapped.id != app.id {
            return Err(MisleadingTarget::OtherApp(wrapped.id));
        }
        let inner = wrapped.target.filter(|inner| is_of_app(inner));
        return inner.ok_or(MisleadingTarget::Unusable);
    }
    let origin = |url: &str| Url::parse(url).ok().map(|url| url.origin());
    let is_ours = origin(target) == origin(&config.server.public_url);
    if !is_ours && is_of_app(target) {
        return Ok(target.to_owned());
    }
    default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::services::apps::Apps;

    const APP: &str = "[[apps]]\nid = \"notes\"\nname = \"Notes\"\nlaunch_url = \"http://tool.example/launch\"\n";

    fn resolved(target: Option<&str>) -> Result<String, MisleadingTarget> {
        let config = Config::from_parts(true, APP, []).unwrap();
        let apps = Apps::new(&config);
        let app = apps.find("notes").unwrap();
        resolve(&config, app, &app.launch_url, target)
    }

    #[test]
    fn an_address_comes_back_as_it_went() {
        let config = Config::from_parts(true, APP, []).unwrap();
        let apps = Apps::new(&config);
        let app = apps.find("notes").unwrap();
        let address = "http://tool.example/a?b=c&d=%20e";
        let wrapped = wrap(&config, app, address).unwrap();
        assert!(
            wrapped.starts_with("http://localhost:8080/lti/open/notes?url=http%3A%2F%2F"),
            "{wrapped}"
        );
        assert_eq!(resolve(&config, app, &app.launch_url, Some(&wrapped)), Ok(address.to_owned()));
        for address in [
            "http://other.example/a",
            "http://tool.example/../a",
            "a",
            "http://tool.example:81/",
        ] {
            assert!(wrap(&config, app, address).is_err(), "{address}");
        }
        let longest = "http://tool.example/".to_owned() + &"a".repeat(1950);
        assert_eq!(wrap(&config, app, &longest), Err(TargetError::TooLong));
    }

    #[test]
    fn a_launch_leads_to_its_app_only() {
        let default = Ok("http://tool.example/launch".to_owned());
        assert_eq!(resolved(None), default);
        for target in [
            "http://localhost:8080/lti/launch",
            "http://localhost:8080/",
            "http://localhost:8080/lti/openly",
            "http://elsewhere.example/",
            "javascript:alert(1)",
        ] {
            assert_eq!(resolved(Some(target)), default, "{target}");
        }
        let own = "http://tool.example/x%20y?a";
        assert_eq!(resolved(Some(own)), Ok(own.to_owned()));
        let other = "http://localhost:8080/lti/open/quiz?url=http%3A%2F%2Ftool.example%2F";
        assert_eq!(resolved(Some(other)), Err(MisleadingTarget::OtherApp("quiz".to_owned())));
        for target in [
            "http://localhost:8080/lti/open/notes",
            "http://localhost:8080/lti/open/notes?url=http%3A%2F%2Fevil.example%2F",
            "http://localhost:8080/lti/open/notes?url=javascript%3Aalert(1)",
        ] {
            assert_eq!(resolved(Some(target)), Err(MisleadingTarget::Unusable), "{target}");
        }
    }
}
