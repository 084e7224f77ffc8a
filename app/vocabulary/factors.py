from app.vocabulary.term import Term


class FactorKind(Term):
    """With what a person proves who they are."""

    PASSWORD = "password", "пароль", "password"
    TOTP = "totp", "код із застосунку", "a code from an app"
    RECOVERY_CODE = "recovery_code", "резервний код", "a recovery code"
    PASSKEY = "passkey", "ключ доступу", "a passkey"


class ChallengeKind(Term):
    """What a question that is answered with a factor is for."""

    SIGN_IN = "sign_in", "другий крок входу", "the second step of a sign-in"
    PASSKEY_SIGN_IN = "passkey_sign_in", "вхід із ключем доступу", "a sign-in with a passkey"
    ENROLMENT = "enrolment", "додавання ключа доступу", "a new passkey"
    PROOF = "proof", "підтвердження особи", "a proof of who one is"
