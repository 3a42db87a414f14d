import { describe, expect, it } from "vitest";
import { sanitized } from "./html";

const text = (html: string) => {
  const place = document.createElement("div");
  place.append(sanitized(html));
  return place.innerHTML;
};

describe("sanitized", () => {
  it("keeps formatting and lets links out to the web only, each in a tab of its own", () => {
    expect(text(`<p><strong>a</strong> <a href="https://example.org/x">b</a></p>`)).toBe(
      `<p><strong>a</strong> ` +
        `<a href="https://example.org/x" target="_blank" rel="noopener noreferrer nofollow">b</a></p>`,
    );
    expect(text(`<a href="javascript:alert(1)">x</a>`)).not.toContain("href");
    expect(text(`<a href="data:text/html,x">x</a>`)).not.toContain("href");
    expect(text(`<a href="//evil.example">x</a>`)).not.toContain("href");
  });

  it("drops what runs, loads or hides", () => {
    expect(
      text(
        `<img src=x onerror=alert(1)><svg onload=alert(1)></svg><script>1</script><iframe src="//x"></iframe>` +
          `<style>*{}</style><form><input name=x></form>`,
      ),
    ).toBe("");
    expect(text(`<p style="position:fixed" onclick="x()" id="app" class="dialog">a</p>`)).toBe("<p>a</p>");
  });
});
