use domain::FailureReason;

use super::Text;

/// Why launches of a registration come to nothing.
pub const fn failure(reason: FailureReason) -> Text {
    match reason {
        FailureReason::DeploymentsRejected => Text::new(
            "Every deployment of this registration was rejected, so its launches are refused.",
            "Alle Bereitstellungen dieser Registrierung wurden abgelehnt. Ihre Starts werden deshalb abgewiesen.",
        ),
        FailureReason::LaunchesRefused => Text::new(
            "None of the launches of the last 7 days was accepted.",
            "Keiner der Starts der letzten 7 Tage wurde angenommen.",
        ),
    }
}
