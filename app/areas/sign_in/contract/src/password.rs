//! What a password must be, checked while typing and again on the server.

/// The fewest characters of a password. Length is what protects against guessing; rules about signs and digits only
/// make people write passwords down.
pub const MIN_PASSWORD_CHARACTERS: usize = 12;

/// The most bytes of a password: enough for any sentence, and hashing it stays cheap.
const MAX_PASSWORD_BYTES: usize = 1024;

/// What is wrong with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// It has fewer than [`MIN_PASSWORD_CHARACTERS`].
    Short,
    /// It has more than 1,024 bytes.
    Long,
    /// It is the account's name, or little more than that.
    LikeName,
    /// It is one of those that are tried first. Only the server knows which.
    Common,
    /// It is the one in place of which another is to be chosen. Only the server knows that.
    Same,
}

/// Checks everything but whether the password is a common one, or the one that was.
pub fn check_password(name: &str, password: &str) -> Result<(), PasswordProblem> {
    if password.chars().count() < MIN_PASSWORD_CHARACTERS {
        return Err(PasswordProblem::Short);
    }
    if password.len() > MAX_PASSWORD_BYTES {
        return Err(PasswordProblem::Long);
    }
    let (name, lower) = (name.trim().to_lowercase(), password.to_lowercase());
    let rest = if name.is_empty() { lower.clone() } else { lower.replace(&name, "") };
    if rest.chars().count() < MIN_PASSWORD_CHARACTERS / 2 && rest != lower {
        return Err(PasswordProblem::LikeName);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_password_is_refused_by_characters_not_bytes() {
        assert_eq!(check_password("ada", "eleven char"), Err(PasswordProblem::Short));
        assert_eq!(check_password("ada", "密码密码密码密码密码密"), Err(PasswordProblem::Short));
        assert_eq!(check_password("ada", "密码密码密码密码密码密码"), Ok(()));
    }

    #[test]
    fn the_name_is_not_a_password() {
        assert_eq!(check_password("Administrator", "administrator"), Err(PasswordProblem::LikeName));
        assert_eq!(check_password("administrator", "Administrator12"), Err(PasswordProblem::LikeName));
        assert_eq!(check_password("ada", "adaadaadaada"), Err(PasswordProblem::LikeName));
        assert_eq!(check_password("ada", "ada likes long walks"), Ok(()));
    }

    #[test]
    fn a_password_has_an_upper_limit() {
        assert_eq!(check_password("ada", &"x".repeat(1025)), Err(PasswordProblem::Long));
    }
}
