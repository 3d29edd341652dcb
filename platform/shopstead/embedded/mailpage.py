"""The mail catcher's pages: what was caught, newest first, and one message with its HTML kept in a sandbox."""

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import quote

from shopstead.embedded.mailbox import Letter, Part

STYLE = Path(__file__).with_name("mail.css").read_text(encoding="utf-8")
LIST_LIMIT = 200

# A page that reloads itself when something new has come; only on the list, never under a reader's eyes.
SCRIPT = """\
const newest = document.body.dataset.newest;
setInterval(async () => {
  if (document.hidden) return;
  try {
    const found = await (await fetch("/api/messages?limit=1")).json();
    if (found.length && found[0].id !== newest) location.reload();
  } catch { /* the catcher was stopped: the page stays as it is */ }
}, 3000);
"""

ENVELOPE = (
    '<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" '
    'aria-hidden="true"><rect x="2.5" y="4.5" width="15" height="11" rx="2"/><path d="m3 6 7 5 7-5"/></svg>'
)
CHEVRON = (
    '<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" '
    'stroke-linejoin="round" aria-hidden="true"><path d="M10 3 5 8l5 5"/></svg>'
)

# Shopstead's catalogs need Django, which does not run here; these few words are kept in both languages.
WORDS = {
    "en": {
        "title": "Caught mail",
        "note": "Nothing here was sent to anybody",
        "skip": "Skip to the message",
        "none": "No mail yet",
        "none_more": "Everything this Shopstead sends while no EMAIL_URL is set is kept here instead.",
        "pick": "Choose a message",
        "pick_more": "It is shown here as its reader would see it.",
        "all": "All mail",
        "from": "From",
        "to": "To",
        "caught": "Caught",
        "no_subject": "(no subject)",
        "no_recipient": "(nobody)",
        "html": "HTML",
        "text": "Plain text",
        "content": "Content of the message",
        "attachments": "Attachments",
        "empty_letter": "This message has no text.",
        "limit": "The newest {count} are listed.",
        "gone": "This message is not here",
        "gone_more": "It may have been deleted together with its data directory. Nothing else was touched.",
    },
    "zh-Hans": {
        "title": "截获的邮件",
        "note": "这里的邮件都没有真正发出",
        "skip": "跳到邮件正文",
        "none": "还没有邮件",
        "none_more": "未设置 EMAIL_URL 时，本机 Shopstead 发出的邮件都会留在这里。",
        "pick": "选择一封邮件",
        "pick_more": "这里显示的就是收件人看到的样子。",
        "all": "全部邮件",
        "from": "发件人",
        "to": "收件人",
        "caught": "时间",
        "no_subject": "（无主题）",
        "no_recipient": "（无收件人）",
        "html": "HTML",
        "text": "纯文本",
        "content": "邮件正文",
        "attachments": "附件",
        "empty_letter": "这封邮件没有正文。",
        "limit": "仅列出最新的 {count} 封。",
        "gone": "找不到这封邮件",
        "gone_more": "它可能已随数据目录一起删除，其他内容没有改动。",
    },
}


def choose_language(accepted: str) -> str:
    """Return the first language of an Accept-Language header that there are words in, English by default."""
    for item in accepted.split(","):
        tag = item.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh-Hans"
        if tag.startswith("en"):
            return "en"
    return "en"


def render_list(letters: Sequence[Letter], *, language: str) -> str:
    """Return the page of all messages."""
    words = WORDS[language]
    if letters:
        pick = f'<main class="letter unread" id="letter">{_empty(words["pick"], words["pick_more"])}</main>'
        body = f'<div class="panes"><aside>{_rows(letters, None, words)}</aside>{pick}</div>'
    else:
        body = f'<main id="letter">{_empty(words["none"], words["none_more"])}</main>'
    newest = letters[0].id if letters else ""
    return _page(
        words["title"], body, words=words, language=language, attributes=f' data-newest="{newest}"', script=True
    )


def render_letter(letters: Sequence[Letter], letter: Letter, *, show_text: bool, language: str) -> str:
    """Return the page of one message: its HTML when it has some, else or on demand its plain text."""
    words = WORDS[language]
    show_text = show_text or not letter.html
    address = f"/messages/{letter.id}"
    title = letter.subject or words["no_subject"]
    facts = (
        (words["from"], escape(letter.sender)),
        (words["to"], escape(letter.to or words["no_recipient"])),
        (words["caught"], _time(letter.date, full=True)),
    )
    head = (
        f'<div class="head"><a class="back" href="/">{CHEVRON}{words["all"]}</a><h2>{escape(title)}</h2><dl>'
        + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
        + "</dl></div>"
    )
    tabs = ""
    if letter.html and letter.text:
        current = ' aria-current="page"'
        tabs = (
            f'<nav class="tabs"><a href="{address}"{"" if show_text else current}>{words["html"]}</a>'
            f'<a href="{address}?part=text"{current if show_text else ""}>{words["text"]}</a></nav>'
        )
    if show_text:
        content = f'<pre tabindex="0">{escape(letter.text) or words["empty_letter"]}</pre>'
    else:
        sandbox = "allow-popups allow-popups-to-escape-sandbox"
        content = f'<iframe src="{address}/html" sandbox="{sandbox}" title="{words["content"]}"></iframe>'
    main = f'<main class="letter" id="letter">{head}{_files(letter, words)}{tabs}{content}</main>'
    body = f'<div class="panes reading"><aside>{_rows(letters, letter, words)}</aside>{main}</div>'
    return _page(title, body, words=words, language=language)


def render_missing(*, language: str) -> str:
    """Return the page for an address that leads nowhere."""
    words = WORDS[language]
    back = f'<p><a class="back" href="/">{CHEVRON}{words["all"]}</a></p>'
    body = f'<main id="letter">{_empty(words["gone"], words["gone_more"], back)}</main>'
    return _page(words["gone"], body, words=words, language=language)


def render_html_part(letter: Letter) -> str:
    """Return the HTML of a message to stand in the frame: links open a new tab, pictures by content id are found."""
    known = {part.content_id: part for part in letter.parts if part.content_id}

    def address(match: re.Match[str]) -> str:
        part = known.get(match[1])
        return part_address(letter, part) if part else match[0]

    html = re.sub(r"cid:([^\"'\s)>]+)", address, letter.html)
    return f'<base target="_blank">{html}' if "<head" not in html.lower() else _into_head(html)


def part_address(letter: Letter, part: Part) -> str:
    """Return the address of an attachment or picture."""
    return f"/messages/{letter.id}/parts/{part.index}/{quote(part.name, safe='')}"


def _into_head(html: str) -> str:
    return re.sub(r"(<head[^>]*>)", r'\1<base target="_blank">', html, count=1, flags=re.IGNORECASE)


def _rows(letters: Sequence[Letter], current: Letter | None, words: dict[str, str]) -> str:
    rows = []
    for letter in letters:
        mark = ' aria-current="page"' if current is not None and letter.id == current.id else ""
        to, subject = escape(letter.to or words["no_recipient"]), escape(letter.subject or words["no_subject"])
        rows.append(
            f'<li><a href="/messages/{letter.id}"{mark}><span class="to">{to}</span>'
            f'{_time(letter.date)}<span class="subject">{subject}</span></a></li>'
        )
    more = f'<p class="more">{words["limit"].format(count=LIST_LIMIT)}</p>' if len(letters) >= LIST_LIMIT else ""
    return f'<ul class="list">{"".join(rows)}</ul>{more}'


def _time(date: str, *, full: bool = False) -> str:
    moment = datetime.fromisoformat(date).astimezone()
    shown = f"{moment:%Y-%m-%d %H:%M:%S}" if full else f"{moment:%m-%d %H:%M}"
    return f'<time datetime="{date}">{shown}</time>'


def _files(letter: Letter, words: dict[str, str]) -> str:
    if not letter.parts:
        return ""
    items = "".join(
        f'<li><a href="{part_address(letter, part)}">{escape(part.name)} '
        f'<span class="size">{max(1, round(len(part.content) / 1024))} KB</span></a></li>'
        for part in letter.parts
    )
    return f'<ul class="files" aria-label="{words["attachments"]}">{items}</ul>'


def _empty(title: str, more: str, after: str = "") -> str:
    return f'<div class="empty">{ENVELOPE}<h2>{title}</h2><p>{more}</p>{after}</div>'


def _page(
    title: str, body: str, *, words: dict[str, str], language: str, attributes: str = "", script: bool = False
) -> str:
    name = "h1" if title == words["title"] else "span"
    reading = ' class="reading"' if 'class="panes reading"' in body else ""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/style.css"><link rel="icon" href="data:,">'
        + ('<script type="module" src="/list.js"></script>' if script else "")
        + f"</head><body{reading}{attributes}>"
        + f'<a class="skip" href="#letter">{words["skip"]}</a><header class="top">{ENVELOPE}'
        + f'<a href="/"><{name} class="brand">{words["title"]}</{name}></a>'
        + f'<span class="note">{words["note"]}</span></header>{body}</body></html>'
    )
