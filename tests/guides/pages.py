#!/usr/bin/env python3
"""Whether pages answer and load nothing from another host: pages.py BASE PATH…  One `ok - ` or `not ok - ` line per check."""

import re
import sys
import urllib.request
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

LOADING = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "base": "href",
           "object": "data", "embed": "src", "video": "src", "audio": "src", "form": "action"}
IN_STYLE = re.compile(r"""(?:@import\s+(?:url\()?|url\()\s*["']?((?:https?:)?//[^"')\s]+)""")


class Page(HTMLParser):
    """Collects what the page loads, and its style sheets' texts."""

    def __init__(self):
        super().__init__()
        self.loads, self.styles, self.in_style = [], "", False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.in_style = tag == "style"
        self.styles += attrs.get("style") or ""
        if attrs.get(LOADING.get(tag, "")):
            self.loads.append((tag, attrs[LOADING[tag]]))

    def handle_endtag(self, tag):
        self.in_style = False

    def handle_data(self, data):
        if self.in_style:
            self.styles += data


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.status, answer.headers, answer.read().decode("utf-8", "replace")


def foreign(base, place):
    host = urlsplit(urljoin(base, place)).netloc
    return bool(host) and host != urlsplit(base).netloc


def main():
    base, fine = sys.argv[1], True

    def check(name, right, detail=""):
        nonlocal fine
        fine = fine and right
        print(f"{'ok' if right else 'not ok'} - {name}")
        if not right and detail:
            print(f"    {detail}")

    for path in sys.argv[2:]:
        status, headers, html = get(base + path)
        check(f"{path} answers with a page", status == 200 and "text/html" in headers["Content-Type"], headers["Content-Type"])
        page = Page()
        page.feed(html)
        loads = [f"{tag}: {place}" for tag, place in page.loads if foreign(base, place)] + IN_STYLE.findall(page.styles)
        for tag, place in page.loads:  # what it loads must be there, and its style sheets load nothing foreign either
            if tag in ("script", "link") and not foreign(base, place) and not place.startswith("data:"):
                _, kind, text = get(urljoin(base + path, place))
                if "css" in (kind["Content-Type"] or ""):
                    loads += IN_STYLE.findall(text)
        check(f"{path} loads nothing from another host", not loads, "; ".join(loads[:5]))
        policy = headers["Content-Security-Policy"] or ""
        check(f"{path} forbids it, too", "default-src 'self'" in policy and not re.search(r"https?:|\*", policy), f"policy: {policy}")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
