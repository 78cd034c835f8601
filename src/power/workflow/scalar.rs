//! Scalars without quotes, by the core schema of YAML 1.2.

use yaml_serde::{Number, Value};

/// What a text without quotes is.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Value::Number(f64::NAN.into()),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(digits, ".inf" | ".Inf" | ".INF") {
        let infinite = if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY };
        return Some(infinite.into());
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return whole(hex, 16);
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return whole(octal, 8);
    }
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // `007` stays what it is, so that a version or a commit reads as it is written.
    if all_digits && digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    if all_digits {
        let positive = text.strip_prefix('+').unwrap_or(text);
        let whole = positive.parse::<u64>().map(Number::from);
        let whole = whole.or_else(|_| positive.parse::<i64>().map(Number::from));
        return whole.ok().or_else(|| text.parse::<f64>().ok().map(Number::from));
    }
    let is_float = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    if is_float { text.parse::<f64>().ok().map(Number::from) } else { None }
}

fn whole(digits: &str, radix: u32) -> Option<Number> {
    let signed = digits.starts_with(['+', '-']);
    if signed { None } else { u64::from_str_radix(digits, radix).ok().map(Number::from) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_what_the_core_schema_says() {
        for text in ["a", "yes", "on", "007", "1_000", "1.2.3", "0b1", "+", ".", "1e", "e1", "0x"] {
            assert_eq!(plain(text), Value::String(text.to_owned()), "{text}");
        }
        for (text, number) in [("0", 0_u64), ("12", 12), ("+12", 12), ("0x1F", 31), ("0o17", 15)] {
            assert_eq!(plain(text), Value::Number(number.into()), "{text}");
        }
        assert_eq!(plain("-12"), Value::Number((-12_i64).into()));
        for (text, number) in [("1.50", 1.5), ("-.5", -0.5), ("1e3", 1000.0), ("3.", 3.0)] {
            assert_eq!(plain(text), Value::Number(number.into()), "{text}");
        }
        assert_eq!(plain("-.inf"), Value::Number(f64::NEG_INFINITY.into()));
        assert!(matches!(plain(".nan"), Value::Number(it) if it.is_nan()));
        assert_eq!((plain("~"), plain("TRUE")), (Value::Null, Value::Bool(true)));
    }
}
