import { afterEach, describe, expect, it, vi } from "vitest";
import { articleIn, readPage, sayInstead } from "./article";

const BASE = "https://chat.example.com";

const html = (page: ReturnType<typeof articleIn>): string => {
  const place = document.createElement("div");
  place.append(page.content);
  return place.innerHTML.trim();
};

afterEach(() => vi.unstubAllGlobals());

describe("an article's page", () => {
  it("gives its title, language and text, without what stands around", () => {
    const page = articleIn(
      `<!doctype html><html lang="ar" dir="rtl"><title>Orders – Help</title><header>Head</header>
       <main><nav>Way</nav><article><h1>Your orders</h1><nav>Contents</nav><p>They <strong>come</strong>.</p>
       <form><button>Yes</button></form></article><footer>Foot</footer></main>`,
      BASE,
    );
    expect(page).toMatchObject({ title: "Your orders", lang: "ar", dir: "rtl" });
    expect(html(page)).toBe("<p>They <strong>come</strong>.</p>");
  });

  it("has links that lead to the server, or out", () => {
    const page = articleIn(
      `<main><article><a href="/help/x">a</a><a href="https://b.example/">b</a></article></main>`,
      BASE,
    );
    const links = [...page.content.querySelectorAll("a")].map((link) => link.href);
    expect(links).toEqual(["https://chat.example.com/help/x", "https://b.example/"]);
  });

  it("shows its images from the server, and none of elsewhere", () => {
    const name = "0199a1b2-0000-7000-8000-0123456789ab.png";
    const page = articleIn(
      `<main><article><h1>T</h1><p><img src="/help/images/${name}" alt="The red button"></p>
       <p><img src="https://elsewhere.example/x.png" alt="Another"></p></article></main>`,
      BASE,
    );
    const images = [...page.content.querySelectorAll("img")].map((image) => [image.src, image.alt]);
    expect(images).toEqual([[`${BASE}/help/images/${name}`, "The red button"]]);
    expect(page.content.textContent).toContain("Another");
  });

  it("says what an image shows where the page that it stands in does not let it load", () => {
    const name = "0199a1b2-0000-7000-8000-0123456789ab.png";
    const place = document.createElement("div");
    place.innerHTML = `<p><a href="${BASE}/x"><img src="/help/images/${name}" alt="The red <button>"></a></p>
      <p><img src="/help/images/${name}" alt=""></p>`;
    for (const image of place.querySelectorAll("img")) sayInstead(image);
    expect(place.innerHTML).toContain(`<a href="${BASE}/x"><span class="undrawn">The red &lt;button&gt;</span></a>`);
    expect(place.querySelector("img")).toBeNull();
  });

  it("runs nothing", () => {
    const page = articleIn(
      `<main><article><h1><img src=x onerror=alert(1)>T</h1><script>alert(1)</script>
       <img src=x onerror=alert(1)><a href="javascript:alert(1)" onclick="alert(1)">a</a><svg onload=alert(1)>
       </article></main>`,
      BASE,
    );
    expect(html(page)).not.toMatch(/script|onerror|onclick|onload|<img|<svg/i);
  });

  it("is refused where it holds no article, or is not there", async () => {
    expect(() => articleIn("<p>Somebody else's page</p>", BASE)).toThrow();
    vi.stubGlobal("fetch", async () => new Response("<main>Not found</main>", { status: 404 }));
    await expect(readPage(`${BASE}/help/orders`, BASE, new AbortController().signal)).rejects.toThrow("404");
  });
});
