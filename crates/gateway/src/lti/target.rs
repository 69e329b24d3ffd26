//! The address of the app that a launch leads to.

use domain::{App, Refusal, Rule};
use lti13::{
    Evidence, Term,
    tool::{Launch, Message},
};
use url::Url;

use super::context::LaunchContext;
use crate::services::targets::{self, MisleadingTarget};

/// Where launch tokens of this message are posted.
pub(super) fn launch_url<'a>(app: &'a App, launch: &Launch) -> &'a Url {
    match launch.message {
        Message::DeepLinking(_) => &app.deep_linking_url,
        _ => &app.launch_url,
    }
}

/// The `target_link_uri` for the app: its own address, also where the LMS keeps one of the gateway.
pub(super) fn resolve<'a>(context: &mut LaunchContext<'a>, app: &'a App, launch: &Launch) -> Result<String, Refusal> {
    let target = launch.target_link_uri.as_deref();
    let resolved = targets::resolve(&context.app.config, app, launch_url(app, launch), target);
    resolved.map_err(|error| match error {
        MisleadingTarget::OtherApp(id) => match context.app.apps.find(&id) {
            Some(other) => {
                context.other_app = Some([&other.name, &app.name]);
                let evidence = Evidence::expected(other.name.as_str()).and_seen(app.name.as_str());
                context.record.fail(Rule::OtherApp, evidence)
            }
            None => unusable(context, target),
        },
        MisleadingTarget::Unusable => unusable(context, target),
    })
}

fn unusable(context: &mut LaunchContext<'_>, target: Option<&str>) -> Refusal {
    let evidence = match target {
        // Without its query, which is content.
        Some(target) => Evidence::seen(target.split('?').next().unwrap_or_default()),
        None => Evidence::seen(Term::Absent),
    };
    context.record.fail(Rule::Target, evidence)
}
