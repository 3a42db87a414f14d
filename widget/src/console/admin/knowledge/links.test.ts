import { describe, expect, it } from "vitest";
import { checkLink, linksIn } from "./links";
import type { Outline } from "./outline";

const article = (slug: string, status: Outline["status"] = "published"): Outline => ({
  id: slug,
  title: `About ${slug}`,
  slug,
  locale: "en",
  status,
});
const articles = [article("orders"), article("größen"), article("later", "draft")];
const check = (address: string, known: Outline[] | null = articles) => checkLink({ address, isImage: false }, known);
const stateOf = (address: string, known: Outline[] | null = articles) => check(address, known).state;
const addressesIn = (text: string) => linksIn(text).map(({ address }) => address);

describe("the links of an article", () => {
  it("are found once each, in order, with titles and brackets left out", () => {
    const text =
      '[a](/help/orders) and <https://example.com/x>\n\n![i](</pic.png>) [b](https://b.example "B") [a](/help/orders)';
    expect(addressesIn(text)).toEqual(["/help/orders", "https://example.com/x", "/pic.png", "https://b.example"]);
  });

  it("are none in code", () => {
    expect(addressesIn("`[a](x)`\n\n```\n[b](y)\n```\n\n[c](/z)")).toEqual(["/z"]);
    expect(addressesIn("```\n[b](never closed)")).toEqual([]);
  });

  it("are found soon whatever the text is", () => {
    for (const unit of ["[", "](", "[a](", "`", "```\n", "<http:"])
      expect(linksIn(unit.repeat(20_000 / unit.length)).length).toBeLessThan(20_000);
  });
});

describe("a link", () => {
  it("to a page here is fine only where that article is published", () => {
    expect(check("/help/orders")).toMatchObject({ state: "ok", says: "About orders" });
    expect(stateOf("/help/orders#returns")).toBe("ok");
    expect(stateOf("/help/gr%C3%B6%C3%9Fen")).toBe("ok");
    expect(stateOf("/help")).toBe("ok");
    expect(check("/help/nothing")).toMatchObject({ state: "broken", says: "No article has this slug" });
    expect(check("/help/later").says).toContain("not published");
    expect(stateOf("/help/%ZZ")).toBe("broken");
  });

  it("to a page here is not judged before the articles are known", () => {
    expect(stateOf("/help/orders", null)).toBe("unknown");
  });

  it("that is an image is fine where it was added here", () => {
    const image = (address: string) => checkLink(linksIn(`![](${address})`)[0]!, articles);
    const own = "/help/images/01900000-0000-7000-8000-000000000001.png";
    expect(image(own)).toEqual({ address: own, state: "ok", says: "An image" });
    expect(stateOf(own), "as a link").toBe("unknown");
    for (const other of ["/a.png", "/help/images/a.png", own.toUpperCase()])
      expect(image(other).state, other).toBe("unknown");
    expect(image("https://example.com/a.png").says).toContain("shown as a link");
    for (const bad of ["", "a.png", "//elsewhere/a.png", "data:image/png;base64,x"])
      expect(image(bad).state, bad).toBe("broken");
  });

  it("elsewhere is judged by its form alone", () => {
    expect(stateOf("https://example.com/a")).toBe("unknown");
    expect(stateOf("mailto:a@example.com")).toBe("unknown");
    expect(stateOf("/pages/chat")).toBe("unknown");
    expect(stateOf("#here")).toBe("ok");
    for (const bad of ["", "javascript:alert(1)", "//elsewhere", "orders", "https://", "https://a b"])
      expect(stateOf(bad), bad).toBe("broken");
  });
});
