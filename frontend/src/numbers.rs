//! Numbers in the reader's locale.

use js_sys::Number;

use crate::dates::locale;

/// "13,899", "13.899", "13 899".
#[allow(clippy::cast_precision_loss)]
pub(crate) fn number(value: u64) -> String {
    Number::from(value as f64).to_locale_string(&locale()).into()
}
