"""The error of an action that Discord's client does not offer."""


class ClientRefusal(Exception):  # noqa: N818 - the client refuses, nothing went wrong
    """What the person tried is not possible in Discord's client; the text says why, for the page too."""
