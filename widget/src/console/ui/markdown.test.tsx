import { render } from "preact";
import { describe, expect, it } from "vitest";
import { Markdown } from "./markdown";

function html(text: string, isArticle = false): string {
  const root = document.createElement("div");
  render(<Markdown text={text} isArticle={isArticle} />, root);
  return root.firstElementChild?.innerHTML ?? "";
}

describe("the preview of Markdown", () => {
  it("renders text, emphasis, code and links", () => {
    expect(html("**hi** _there_ ~~no~~ `a*b*`")).toBe(
      "<p><strong>hi</strong> <em>there</em> <del>no</del> <code>a*b*</code></p>",
    );
    expect(html("[a **b**](https://example.com/x)")).toBe(
      '<p><a href="https://example.com/x" target="_blank" rel="noopener noreferrer nofollow">' +
        "a <strong>b</strong></a></p>",
    );
    expect(html("one\ntwo")).toBe("<p>one<br>two</p>");
    expect(html("snake_case_name and 2 * 3 * 4")).toBe("<p>snake_case_name and 2 * 3 * 4</p>");
    expect(html("\\*not\\*")).toBe("<p>*not*</p>");
  });

  it("renders blocks", () => {
    expect(html("# One\n\n##### Five")).toBe("<h1>One</h1><p>Five</p>");
    expect(html("- a\n- b\n  - c")).toBe("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>");
    expect(html("3. a\n4. b")).toBe('<ol start="3"><li>a</li><li>b</li></ol>');
    expect(html("> quoted\n> more\n\nafter")).toBe("<blockquote><p>quoted<br>more</p></blockquote><p>after</p>");
    expect(html("```js\n<b>&\n```\nx")).toBe("<pre><code>&lt;b&gt;&amp;</code></pre><p>x</p>");
    expect(html("a | b\n--|--\n1 | *2*")).toBe(
      "<table><thead><tr><th>a</th><th>b</th></tr></thead>" +
        "<tbody><tr><td>1</td><td><em>2</em></td></tr></tbody></table>",
    );
    expect(html("a\n\n---\n\nb")).toBe("<p>a</p><hr><p>b</p>");
  });

  it("breaks an article's lines only where that is meant", () => {
    expect(html("one\ntwo", true)).toBe("<p>one two</p>");
    expect(html("one  \ntwo\\\nthree", true)).toBe("<p>one<br>two<br>three</p>");
    expect(html("- one\n  two", true)).toBe("<ul><li>one two</li></ul>");
  });

  it("shows HTML as text and follows no address that could run", () => {
    for (const hostile of [
      "<script>alert(1)</script>",
      "<img src=x onerror=alert(1)>",
      "[a](javascript:alert(1))",
      "[a](JaVaScRiPt:alert(1))",
      "[a](data:text/html,<script>alert(1)</script>)",
      "[a](//evil.example/x)",
      "<javascript:alert(1)>",
      "![a](https://evil.example/x.png)",
    ]) {
      const shown = html(hostile);
      expect(shown, hostile).not.toMatch(/<(script|img|a)\b/i);
    }
  });

  it("shows an article's own images, and links to those of others", () => {
    expect(html("a ![b *c*](/help/images/x.png)", true)).toBe('<p>a <img src="/help/images/x.png" alt="b *c*"></p>');
    expect(html("# ![b](/x.png)\n\n- ![c](/y.png)", true)).toBe(
      '<h1><img src="/x.png" alt="b"></h1><ul><li><img src="/y.png" alt="c"></li></ul>',
    );
    expect(html("![b](https://evil.example/x.png)", true)).toBe(
      '<p><a href="https://evil.example/x.png" target="_blank" rel="noopener noreferrer nofollow">b</a></p>',
    );
    for (const hostile of ["![b](//evil.example/x.png)", "![b](/\\evil.example/x.png)", "![b](data:image/png,x)"])
      expect(html(hostile, true), hostile).toBe("<p>b</p>");
    expect(html("a ![b](/help/images/x.png)")).toBe("<p>a </p>");
  });

  it("ends soon whatever the text is", () => {
    const began = performance.now();
    for (const unit of ["[", "*", "_a", "`", "> ", "- ", "![", "|-", "<http:", "\\", "(]("])
      html(unit.repeat(20_000 / unit.length));
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
