//! A credential as a record of the audit log names it: enough to know it again, never its value.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{Foreign, Timestamp, UserId};

/// What somebody acted with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// GitHub's words for what it is, as in "Fine-grained personal access token".
    pub how: Foreign,
    /// The number of a fine-grained token, by which the organisation's list of tokens knows it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<i64>,
    /// SHA-256 in hex of a token's value, GitHub's `hashed_token`; of a deploy key that of its public
    /// half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub print: Option<String>,
    /// The name that its holder gave a fine-grained token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Foreign>,
    /// The account that it acts as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<UserId>,
}

/// One use of GitHub's API, as API Insights counts it: by whom, with what, and when last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiUse {
    /// With what.
    pub with: ApiWith,
    /// What that is called.
    pub name: Foreign,
    /// The account that used it; `None` for an App that acts as itself.
    pub user: Option<UserId>,
    /// The last request.
    pub at: Timestamp,
}

/// What GitHub's API was used with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "with", content = "number", rename_all = "snake_case")]
pub enum ApiWith {
    /// Anything: the account as a whole.
    Anything,
    /// The installation of an App.
    Installation(i64),
    /// A classic token.
    ClassicPat(i64),
    /// A fine-grained token.
    FineGrainedPat(i64),
    /// A token that an OAuth app was given.
    OauthApp(i64),
}

/// One way to tell a credential from others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// The number of a fine-grained token.
    Token(i64),
    /// SHA-256 of its value in hex.
    Print(String),
    /// Its name, which its holder uses once.
    Name(UserId, String),
}

/// What an SSH key is known by: SHA-256 in hex of its public half, given as `type base64 comment`.
/// `None`: the text is no key.
pub fn print_of_key(key: &str) -> Option<String> {
    let blob = key.split_ascii_whitespace().nth(1)?;
    let blob = STANDARD_NO_PAD.decode(blob.trim_end_matches('=')).ok()?;
    Some(hex::encode(Sha256::digest(blob)))
}

/// The same of what SSH and GitHub write for a key: `SHA256:` and the digest in base64. `None`: it is
/// something else, such as MD5.
pub fn print_of_ssh(fingerprint: &str) -> Option<String> {
    let digest = fingerprint.strip_prefix("SHA256:")?;
    let digest = STANDARD_NO_PAD.decode(digest.trim_end_matches('=')).ok()?;
    (digest.len() == 32).then(|| hex::encode(digest))
}

impl Credential {
    /// What it can be known by. A number is GitHub's own and says all; a name alone may have been
    /// another token's before.
    pub fn marks(&self) -> Vec<Mark> {
        if let Some(token) = self.token {
            return vec![Mark::Token(token)];
        }
        let print = self.print.clone().map(Mark::Print);
        let name = self.name.as_ref().zip(self.holder);
        let name = name.map(|(name, holder)| Mark::Name(holder, name.raw().to_owned()));
        print.into_iter().chain(name).collect()
    }
}

impl Mark {
    /// The mark as a number, by which what was made with a credential is found.
    pub fn number(&self) -> i64 {
        let text = match self {
            Self::Token(number) => format!("token/{number}"),
            Self::Print(print) => format!("print/{print}"),
            Self::Name(holder, name) => format!("name/{}/{name}", holder.0),
        };
        let digest = Sha256::digest(text);
        i64::from_be_bytes(digest[..8].try_into().expect("eight of thirty-two bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_and_its_fingerprint_are_known_as_the_same() {
        // GitHub's own, which its documentation publishes with its fingerprint.
        let key =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl host";
        let print = print_of_key(key);
        assert!(print.is_some());
        assert_eq!(print, print_of_ssh("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"));
        assert_eq!(print, print_of_ssh("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU="));
        for odd in ["", "SHA256:abcd", "16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48"] {
            assert_eq!(print_of_ssh(odd), None, "{odd}");
        }
        for odd in ["", "ssh-ed25519", "ssh-ed25519 §"] {
            assert_eq!(print_of_key(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_number_says_all_and_a_name_only_with_its_holder() {
        let named = Credential {
            how: Foreign::default(),
            token: None,
            print: Some("aa".to_owned()),
            name: Some("nightly".into()),
            holder: None,
        };
        assert_eq!(named.marks(), [Mark::Print("aa".to_owned())]);
        let held = Credential { holder: Some(UserId(7)), ..named.clone() };
        assert_eq!(held.marks().len(), 2);
        let numbered = Credential { token: Some(25381), ..held };
        assert_eq!(numbered.marks(), [Mark::Token(25381)]);
        assert_ne!(Mark::Token(1).number(), Mark::Print("1".to_owned()).number());
    }
}
