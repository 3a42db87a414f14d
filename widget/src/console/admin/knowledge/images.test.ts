import { describe, expect, it } from "vitest";
import { MAX_IMAGE_BYTES, pastedIn, refusalOf, withImages } from "./images";

const A = "/help/images/a.png";
const B = "/help/images/b.png";

/** The text with `|` where the caret is; in the text it marks the selection. */
function put(marked: string, urls = [A]): string {
  const [before = "", selected = "", after] = marked.split("|");
  const end = after === undefined ? before.length : before.length + selected.length;
  const { text, caret } = withImages(marked.replaceAll("|", ""), before.length, end, urls);
  return `${text.slice(0, caret)}|${text.slice(caret)}`;
}

describe("an image", () => {
  it("is put at the caret, which is then where its description is written", () => {
    expect(put("One | two")).toBe(`One ![|](${A}) two`);
    expect(put("|")).toBe(`![|](${A})`);
  });

  it("is described by what is selected, where that can be a description", () => {
    expect(put("See |the button| here")).toBe(`See ![the button|](${A}) here`);
    expect(put("See |[the\nbutton]| here")).toBe(`See [the\nbutton]![|](${A}) here`);
  });

  it("is not put into another's description", () => {
    expect(put(`![the |button](${B}) here`)).toBe(`![the button](${B})\n\n![|](${A}) here`);
    expect(put("![the | button")).toBe(`![the ![|](${A}) button`);
  });

  it("stands apart from the others that come with it", () => {
    expect(put("|", [A, B])).toBe(`![|](${A})\n\n![](${B})`);
  });
});

describe("a file", () => {
  it("is sent where it may be an image within the limit", () => {
    const file = { name: "a.png", size: MAX_IMAGE_BYTES, type: "image/png" };
    expect(refusalOf(file)).toBeNull();
    expect(refusalOf({ ...file, size: MAX_IMAGE_BYTES + 1 })).toContain("at most 5 MiB");
    expect(refusalOf({ ...file, name: "a.svg", type: "image/svg+xml" })).toContain("“a.svg” is no JPEG");
  });

  it("that is pasted beside text is that text's picture", () => {
    const file = new File(["x"], "a.png", { type: "image/png" });
    const files = Object.assign([file], { item: () => file }) as unknown as FileList;
    expect(pastedIn({ types: ["Files"], files })).toEqual([file]);
    expect(pastedIn({ types: ["text/plain", "text/html", "Files"], files })).toEqual([]);
  });
});
