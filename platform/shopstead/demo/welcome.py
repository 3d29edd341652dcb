"""What `shopstead up` says when everything runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A login of the demo: who it is for, where to go, and the words to type."""

    title: str
    url: str
    email: str
    password: str


def welcome(logins: list[DemoLogin], *, mail_url: str | None, seconds: float) -> str:
    """Return the lines that say where to go."""
    lines = ["", f"Shopstead is running (started in {seconds:.0f} s).", ""]
    for login in logins:
        lines += [f"  {login.title}", f"    {login.url}", f"    {login.email}  {login.password}", ""]
    if mail_url:
        lines += ["  E-mails that would have been sent", f"    {mail_url}", ""]
    lines += ["  Stop with Ctrl-C. The data stays for the next start.", ""]
    return "\n".join(lines)
